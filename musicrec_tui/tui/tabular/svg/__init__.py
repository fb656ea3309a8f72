"""Pictures as SVG files: axes, marks and labels; no scripts, no fonts of their own."""
