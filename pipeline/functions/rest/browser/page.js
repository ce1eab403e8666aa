// What the page does when somebody does something.
function translate() {
  document.documentElement.lang = language;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t ||= one.textContent);
  $("named").ariaLabel = $("named").placeholder = t("Filter by name");
  [$("language").textContent, $("language").lang] = language === "en" ? ["Português", "pt-BR"] : ["English", "en"];
  files.forEach(draw);
  filterFiles();
  drawSearch();
}

$("language").onclick = () => {
  kept(language = language === "en" ? "pt-BR" : "en");
  translate();
  files.forEach(retell);
};
$("key-form").onsubmit = event => {
  event.preventDefault();
  key = $("key").value;
  $("key-form").hidden = true;
  files.filter(seen => seen.error && !seen.isFinal).forEach(again);
};
$("files").onchange = () => {
  [...$("files").files].forEach(addFile);
  $("files").value = "";
};
// A file that is dropped beside its place must not replace the page.
const over = is => event => {
  event.preventDefault();
  document.body.classList.toggle("over", is);
  if (event.type === "drop") [...event.dataTransfer.files].forEach(addFile);
};
[document.ondragover, document.ondragleave, document.ondrop] = [over(true), over(false), over(false)];
translate();
