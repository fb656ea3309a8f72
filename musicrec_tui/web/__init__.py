"""The app in a browser: a small web server that starts a restricted program for each page that is opened.

It needs the extra `web` (textual-serve, which brings aiohttp), and it knows nothing of the screens: the program is a
process of its own.
"""
