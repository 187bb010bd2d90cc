// Applies the theme that was chosen last, before anything is drawn, so that nothing flashes.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "dark" || chosen === "light") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is switched off: the system's own theme is used.
}
