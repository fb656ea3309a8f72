"""The console script. `--version` is answered before anything slow is imported."""

import sys


def main() -> int:
    """Run `musicrec-tui`; returns the exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from musicrec_tui import __version__

        sys.stdout.write(f"musicrec-tui {__version__}\n")
        return 0
    from musicrec_tui.cli.app import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
