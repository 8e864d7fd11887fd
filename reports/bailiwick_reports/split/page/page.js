"use strict";
// Filters the list; the page is whole without it.
{
  const form = document.getElementById("filters");
  const shown = document.getElementById("shown");
  const ties = [...document.querySelectorAll("#list > details")];
  const texts = new Map(ties.map((tie) => [tie, tie.textContent.toLowerCase()]));
  const keys = [...form.querySelectorAll("select")].map((select) => select.name);
  const filter = () => {
    const words = form.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const tie of ties) {
      const fits =
        keys.every((key) => !form.elements[key].value || tie.dataset[key] === form.elements[key].value) &&
        (form.elements.tests.checked || !tie.dataset.tests) &&
        words.every((word) => texts.get(tie).includes(word));
      tie.hidden = !fits;
      count += fits ? 1 : 0;
    }
    shown.textContent = `${count.toLocaleString("en")} of ${ties.length.toLocaleString("en")}`;
  };
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  filter();
}
