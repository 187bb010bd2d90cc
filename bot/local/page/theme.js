// Before anything is drawn, so that nothing flashes: the theme that was chosen here last.
(() => {
  try {
    const chosen = localStorage.getItem("theme");
    if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage is switched off: the system's own theme it is.
  }
})();
