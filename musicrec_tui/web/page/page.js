// Tells textual.js, which begins when the page has loaded, where its WebSocket is: where the page came from.
"use strict";
(() => {
  const terminal = document.getElementById("terminal");
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  terminal.dataset.sessionWebsocketUrl = `${scheme}//${location.host}/ws`;
  const asked = Number(new URLSearchParams(location.search).get("fontsize"));
  terminal.dataset.fontSize = asked >= 6 && asked <= 60 ? asked : 16;
  // Keys go to the terminal without a click, from its first byte on: before the socket is open it may not be focused.
  new MutationObserver((_, observer) => {
    if (!document.body.classList.contains("-first-byte")) return;
    observer.disconnect();
    document.querySelector(".xterm-helper-textarea").focus();
  }).observe(document.body, { attributes: true, attributeFilter: ["class"] });
  document.getElementById("again").addEventListener("click", () => location.reload());
})();
