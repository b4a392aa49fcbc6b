// A button that prints the page. Without this module it is not shown: the browser prints by its own menu.

for (const button of document.querySelectorAll("[data-print]")) {
  button.closest("[hidden]").hidden = false;
  button.addEventListener("click", () => window.print());
}
