// The theme that was chosen (theme.js), before anything is drawn: modules run later, and the page would flash.
try {
  const chosen = localStorage.getItem("scholium-theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {} // storage is blocked: as the system has it
