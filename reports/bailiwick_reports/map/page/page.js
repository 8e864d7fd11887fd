"use strict";
// The page works without this script; with it arrows and discs open what is behind them.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { areas, links, modules, symbols, codes, kinds, rules, inside } = data;
  // What a reference's numbers are, in the order of the data.
  const [MODULE, LINE, COLUMN, SYMBOL, KIND, RULE, TEST, CODE] = [0, 1, 2, 3, 4, 5, 6, 7];
  const AT_ONCE = 100;
  const byId = (id) => document.getElementById(id);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const count = (number) => number.toLocaleString("en-US");
  const many = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
  const map = byId("map");
  const main = document.querySelector("main");
  const panel = byId("panel");
  const body = byId("panel-body");
  const form = byId("filters");
  let unfolded = -1;
  let opener = null;

  const make = (tag, attributes = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name === "onclick") element.addEventListener("click", value);
      else element.setAttribute(name, value);
    }
    element.append(...children);
    return element;
  };
  const draw = (tag, attributes, ...children) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };

  // --- Filters -----------------------------------------------------------------------------

  const wanted = () => {
    const asked = new FormData(form);
    const symbol = asked.get("symbol").trim().toLowerCase();
    const named = symbol && new Set(
      symbols.flatMap(([name], index) => (name.toLowerCase().includes(symbol) ? [index] : [])));
    const rule = asked.get("rule");
    const kind = kinds.indexOf(asked.get("kind"));
    const where = asked.get("where");
    const owner = asked.get("owner");
    const owns = (index) => index >= 0 && areas[index].owners.includes(owner);
    return {
      link: (link) => !owner || owns(link.from) || owns(link.to),
      ref: (ref) =>
        (!rule || (rule === "!" ? ref[RULE] > 0 : rules[ref[RULE]] === rule)) &&
        (kind < 0 || ref[KIND] === kind) &&
        (!where || (where === "tests") === Boolean(ref[TEST])) &&
        (!named || named.has(ref[SYMBOL])),
    };
  };

  const thickness = (number) => (number ? 0.6 + 0.62 * Math.log2(1 + number) : 0);

  const filter = () => {
    const want = wanted();
    let total = 0;
    let forbidden = 0;
    for (const link of links) {
      link.shown = want.link(link) ? link.refs.filter(want.ref) : [];
      link.bad = link.shown.reduce((sum, ref) => sum + (ref[RULE] > 0), 0);
      link.inTests = link.shown.reduce((sum, ref) => sum + ref[TEST], 0);
      total += link.shown.length;
      forbidden += link.bad;
    }
    byId("shown").textContent = `${many(total, "reference")} shown, ${count(forbidden)} forbidden`;
    for (const arrow of all(".arrow", map)) {
      const link = links[arrow.dataset.link];
      arrow.classList.toggle("gone", !link.shown.length);
      arrow.querySelector(".all").setAttribute("stroke-width", thickness(link.shown.length));
      arrow.querySelector(".bad")?.setAttribute("stroke-width", thickness(link.bad));
      arrow.querySelector(".bad")?.classList.toggle("gone", !link.bad);
      arrow.querySelector("title").textContent = inWords(link);
    }
    for (const row of all("[data-table=links] tbody tr")) {
      const link = links[row.dataset.link];
      row.hidden = !link.shown.length;
      fill(row, 2, [link.shown.length, link.inTests, link.bad]);
    }
    for (const row of all("[data-table=areas] tbody tr")) {
      const own = Number(row.dataset.area);
      const sum = (chosen, key) => chosen.reduce((so, link) => so + key(link), 0);
      const out = links.filter((link) => link.from === own && link.to !== own);
      const into = links.filter((link) => link.to === own && link.from !== own);
      const bad = links.filter((link) => link.from === own);
      fill(row, 5, [
        sum(out, (link) => link.shown.length), sum(into, (link) => link.shown.length),
        sum(bad, (link) => link.bad),
      ]);
    }
    if (unfolded >= 0) unfold(unfolded);
    if (!panel.hidden) panel.again();
  };

  const fill = (row, first, numbers) => {
    numbers.forEach((number, index) => {
      row.cells[first + index].textContent = count(number);
    });
    const last = row.cells[first + numbers.length - 1];
    last.classList.toggle("red", numbers[numbers.length - 1] > 0);
  };

  const inWords = (link) => {
    const times = link.shown.length === 1 ? "once" : `${count(link.shown.length)} times`;
    const bad = link.bad ? `, ${count(link.bad)} of them forbidden` : "";
    return `${link.user} uses ${link.target} ${times}${bad}`;
  };

  // --- The panel ---------------------------------------------------------------------------

  const show = (title, contents, near) => {
    const again = () => {
      byId("panel-title").textContent = title;
      body.replaceChildren(...contents());
    };
    if (panel.hidden) opener = document.activeElement;
    panel.again = again;
    panel.hidden = false;
    main.classList.add("open");
    again();
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
    mark(near);
  };

  const close = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    main.classList.remove("open");
    mark(null);
    opener?.focus?.({ preventScroll: true });
  };

  const mark = (near) => {
    map.classList.toggle("choosing", Boolean(near) && unfolded < 0);
    for (const arrow of all(".arrow", map)) {
      arrow.classList.toggle("near", Boolean(near?.links.has(Number(arrow.dataset.link))));
      arrow.classList.toggle("chosen", near?.link === Number(arrow.dataset.link));
    }
    for (const disc of all(".disc", map)) {
      disc.classList.toggle("near", Boolean(near?.areas.has(Number(disc.dataset.area))));
      disc.classList.toggle("chosen", near?.area === Number(disc.dataset.area));
    }
  };

  const openLink = (index) => {
    const link = links[index];
    const near = { link: index, links: new Set([index]), areas: new Set([link.from, link.to]) };
    show(`${link.user} → ${link.target}`, () => [
      make("p", {}, `${inWords(link)}.`), ...references(link.shown),
    ], near);
  };

  // References by what they refer to: what is forbidden first, then what is used most.
  const references = (refs) => {
    const groups = new Map();
    for (const ref of refs) {
      if (!groups.has(ref[SYMBOL])) groups.set(ref[SYMBOL], []);
      groups.get(ref[SYMBOL]).push(ref);
    }
    const bad = (group) => group.reduce((sum, ref) => sum + (ref[RULE] > 0), 0);
    const sorted = [...groups].sort(([, one], [, other]) =>
      bad(other) - bad(one) || other.length - one.length);
    return inParts(sorted, ([symbol, group]) => {
      const marks = bad(group) ? [make("em", { class: "tag" }, `${count(bad(group))} forbidden`)] : [];
      const summary = make("summary", {}, make("code", {}, symbols[symbol][0]), ...marks,
        make("span", {}, count(group.length)));
      const details = make("details", {}, summary);
      details.addEventListener("toggle", () => {
        if (details.open && details.children.length === 1) {
          group.sort((one, other) => (other[RULE] > 0) - (one[RULE] > 0));
          details.append(...inParts(group, reference));
        }
      });
      if (sorted.length === 1) details.open = true;
      return details;
    });
  };

  const reference = (ref) => {
    const rule = rules[ref[RULE]];
    const words = [`${modules[ref[MODULE]][1]}:${ref[LINE]}:${ref[COLUMN]} `];
    if (rule) words.push(make("span", { class: "tag" }, rule));
    return make("div", { class: rule ? "ref bad-ref" : "ref" },
      make("div", { class: "at" }, ...words), make("pre", { tabindex: "0" }, codes[ref[CODE]]));
  };

  // A long list shows its beginning, and a button for more.
  const inParts = (items, built) => {
    const shown = items.slice(0, AT_ONCE).map(built);
    if (items.length <= AT_ONCE) return shown;
    const rest = items.slice(AT_ONCE);
    const more = make("button", {
      type: "button",
      onclick: () => more.replaceWith(...inParts(rest, built)),
    }, `Show more (${count(rest.length)})`);
    return [...shown, more];
  };

  const row = (name, links, onclick) => {
    const number = links.reduce((sum, link) => sum + link.shown.length, 0);
    const bad = links.reduce((sum, link) => sum + link.bad, 0);
    const marks = bad ? [make("em", { class: "tag" }, `${count(bad)} forbidden`)] : [];
    return make("button", { class: "row", type: "button", onclick },
      make("b", {}, name), ...marks, make("span", {}, count(number)));
  };

  const openArea = (index) => {
    const area = areas[index];
    const out = () => links.filter((link) => link.from === index && link.shown.length);
    const into = () => links.filter(
      (link) => link.to === index && link.from !== index && link.shown.length);
    const near = {
      area: index,
      links: new Set([...out(), ...into()].map((link) => links.indexOf(link))),
      areas: new Set([index, ...out().map((link) => link.to), ...into().map((link) => link.from)]),
    };
    const list = (title, chosen, name) => (chosen.length ? [
      make("h3", {}, title),
      ...chosen.map((link) => row(name(link), [link], () => openLink(links.indexOf(link)))),
    ] : []);
    show(area.name, () => [
      make("p", {}, `${area.says.slice(area.name.length + 2)}.`),
      make("button", { type: "button", onclick: () => toggle(index) },
        unfolded === index ? "Fold" : "Unfold into modules"),
      ...list("Uses", out(), (link) => (link.to === index ? "itself" : link.target)),
      ...list("Is used by", into(), (link) => link.user),
      make("h3", {}, "Largest modules"),
      ...inParts([...area.parts].sort((one, other) => other[1] - one[1]), ([module, lines]) =>
        make("button", { class: "row", type: "button", onclick: () => openModule(index, module) },
          make("b", {}, modules[module][0]), make("span", {}, count(lines)))),
    ], near);
  };

  const openModule = (index, module) => {
    const [name, path] = modules[module];
    const uses = [];
    const used = [];
    for (const link of links) {
      const out = link.shown.filter((ref) => ref[MODULE] === module);
      const into = link.shown.filter((ref) => symbols[ref[SYMBOL]][1] === module);
      if (out.length) uses.push([link.target, out]);
      if (into.length) used.push([link.user, into]);
    }
    const list = (verb, ends) => ends.flatMap(([other, refs]) => [
      make("h3", {}, `${verb} ${other}: ${count(refs.length)}`), ...references(refs)]);
    const local = (title, found) => (found.length ? [
      make("h3", {}, title),
      ...inParts(found, (other) => make("button", {
        class: "row", type: "button", onclick: () => openModule(index, other),
      }, make("b", {}, modules[other][0]))),
    ] : []);
    show(name, () => [
      make("p", {}, path),
      make("button", { type: "button", onclick: () => openArea(index) }, `All of ${areas[index].name}`),
      ...list("Uses", uses), ...list("Used by", used),
      ...local("Imports here", inside.filter(([user]) => user === module).map(([, to]) => to)),
      ...local("Imported here by", inside.filter(([, to]) => to === module).map(([user]) => user)),
    ], null);
    light(module);
  };

  // --- Unfolding ---------------------------------------------------------------------------

  const toggle = (index) => {
    if (unfolded === index) fold();
    else unfold(index);
    openArea(index);
  };

  const fold = () => {
    unfolded = -1;
    byId("unfolded").replaceChildren();
    byId("fold").hidden = true;
    for (const group of all(".arrows, .discs", map)) group.classList.remove("gone");
  };

  const packages = (parts, prefix) => {
    const root = { name: prefix, children: new Map(), lines: 0 };
    for (const part of parts) {
      let node = root;
      const words = modules[part[0]][0].split(".");
      words.forEach((word, depth) => {
        node.lines += Math.max(8, part[1]);
        if (!node.children.has(word)) {
          const name = words.slice(0, depth + 1).join(".");
          node.children.set(word, { name, children: new Map(), lines: 0 });
        }
        node = node.children.get(word);
      });
      node.lines += Math.max(8, part[1]);
      node.part = part;
    }
    return lifted(root);
  };

  // A package with nothing of its own but one package is that package.
  const lifted = (node) => {
    while (!node.part && node.children.size === 1) [node] = node.children.values();
    if (node.part && node.children.size) {
      node.children.set("", { name: node.name, children: new Map(), part: node.part,
        lines: Math.max(8, node.part[1]) });
    }
    for (const [word, child] of node.children) node.children.set(word, lifted(child));
    return node;
  };

  // A squarified treemap (Bruls, Huizing, van Wijk, 2000): rectangles as square as can be.
  const tile = (nodes, x, y, width, height) => {
    const found = [];
    const left = [...nodes].sort((one, other) => other.lines - one.lines);
    let total = left.reduce((sum, node) => sum + node.lines, 0);
    while (left.length) {
      const side = Math.min(width, height);
      const scale = (width * height) / total;
      const strip = [];
      let sum = 0;
      let worst = Infinity;
      while (left.length) {
        const next = sum + left[0].lines;
        const thick = (next * scale) / side;
        const shares = [...strip, left[0]].map((node) => (node.lines * scale) / thick);
        const now = Math.max(...shares.map((share) => Math.max(share / thick, thick / share)));
        if (strip.length && now > worst) break;
        worst = now;
        sum = next;
        strip.push(left.shift());
      }
      const thick = (sum * scale) / side;
      let along = 0;
      for (const node of strip) {
        const share = (node.lines * scale) / thick;
        found.push(width >= height
          ? { node, x, y: y + along, w: thick, h: share } : { node, x: x + along, y, w: share, h: thick });
        along += share;
      }
      if (width >= height) { x += thick; width -= thick; } else { y += thick; height -= thick; }
      total -= sum;
    }
    return found;
  };

  const cells = (node, box, into, depth) => {
    if (node.part && !node.children.size) {
      into.cells.push({ ...box, part: node.part, name: node.name });
      return;
    }
    const roomy = depth > 0 && box.w > 46 && box.h > 30;
    if (roomy) into.packs.push({ ...box, name: node.name });
    const [pad, head] = roomy ? [2, 13] : [0, 0];
    for (const each of tile(node.children.values(), box.x + pad, box.y + head,
      Math.max(1, box.w - 2 * pad), Math.max(1, box.h - head - pad))) {
      cells(each.node, each, into, depth + 1);
    }
  };

  const label = (text, box, size) => {
    const fits = Math.floor((box.w - 6) / (size * 0.56));
    const short = text.slice(text.lastIndexOf(".") + 1);
    if (fits < 3) return [];
    const shown = short.length <= fits ? short : `${short.slice(0, fits - 1)}…`;
    return [draw("text", { x: box.x + 4, y: box.y + size + 1 }, shown)];
  };

  const unfold = (index) => {
    unfolded = index;
    const area = areas[index];
    const [width, height] = [map.viewBox.baseVal.width, map.viewBox.baseVal.height];
    const box = { x: width / 2 - 275, y: height / 2 - 205, w: 550, h: 410 };
    const found = { cells: [], packs: [] };
    cells(packages(area.parts, area.name), box, found, 0);
    const others = around(index, width, height);
    const middle = new Map(found.cells.map((cell) =>
      [cell.part[0], [cell.x + cell.w / 2, cell.y + cell.h / 2]]));
    const layer = byId("unfolded");
    layer.replaceChildren(
      draw("g", { class: `hue${area.hue}` },
        draw("rect", { ...rectangle(box), class: "whole", rx: 6 }),
        ...found.cells.map((cell) => {
          const group = draw("g", { class: `cell${cell.part[2] ? " test" : ""}`,
            "data-module": cell.part[0] }, draw("title", {},
            `${cell.name}: ${many(cell.part[1], "line")}`), draw("rect", rectangle(cell)),
          ...(cell.h > 13 ? label(cell.name, cell, 10) : []));
          group.addEventListener("click", () => openModule(index, cell.part[0]));
          return group;
        }),
        ...found.packs.map((pack) => draw("g", { class: "pack" },
          draw("rect", rectangle(pack)), ...label(pack.name, pack, 10)))),
      draw("g", { class: "spokes", "pointer-events": "none" }, ...spokes(index, others, middle)),
      ...[...others].map(([number, spot]) => disc(number, spot)));
    for (const group of all(".arrows, .discs", map)) group.classList.add("gone");
    byId("fold").hidden = false;
  };

  const rectangle = ({ x, y, w, h }) => ({ x, y, width: Math.max(0.5, w), height: Math.max(0.5, h) });

  // The other areas, on an ellipse around the one that is unfolded, in the order in which they lie.
  const around = (index, width, height) => {
    const own = areas[index];
    const linked = areas.map((_, number) => number).filter((number) => number !== index &&
      links.some((link) => link.shown.length &&
        ((link.from === index && link.to === number) || (link.to === index && link.from === number))));
    const angle = (number) => Math.atan2(areas[number].y - own.y, areas[number].x - own.x);
    linked.sort((one, other) => angle(one) - angle(other));
    return new Map(linked.map((number, place) => {
      const turn = (linked.length ? angle(linked[0]) : 0) + (place * 2 * Math.PI) / linked.length;
      return [number, {
        x: width / 2 + Math.cos(turn) * (width / 2 - 80),
        y: height / 2 + Math.sin(turn) * (height / 2 - 45),
        r: Math.max(9, Math.min(26, areas[number].r / 2)),
      }];
    }));
  };

  const spokes = (index, others, middle) => {
    const sums = new Map();
    for (const link of links) {
      const outward = link.from === index;
      const other = outward ? link.to : link.from;
      if ((!outward && link.to !== index) || !others.has(other)) continue;
      for (const ref of link.shown) {
        const module = outward ? ref[MODULE] : symbols[ref[SYMBOL]][1];
        if (!middle.has(module)) continue;
        const key = `${module} ${other}`;
        const sum = sums.get(key) ?? sums.set(key, { module, other, number: 0, bad: 0 }).get(key);
        sum.number += 1;
        sum.bad += ref[RULE] > 0;
      }
    }
    return [...sums.values()].sort((one, other) => one.bad - other.bad).map((sum) => {
      const [x, y] = middle.get(sum.module);
      const to = others.get(sum.other);
      return draw("path", {
        class: `spoke${sum.bad ? " bad" : ""}`, "data-module": sum.module,
        d: `M${x} ${y}L${to.x} ${to.y}`, "stroke-width": thickness(sum.number) / 2,
      });
    });
  };

  const disc = (number, spot) => {
    const area = areas[number];
    const group = draw("g", { class: `disc hue${area.hue}`, role: "button", tabindex: "0",
      "aria-label": area.says, "data-area": number },
    draw("circle", { class: "core", cx: spot.x, cy: spot.y, r: spot.r }),
    draw("text", { x: spot.x, y: spot.y + spot.r + 15, "text-anchor": "middle" }, area.name));
    press(group, () => openArea(number));
    return group;
  };

  // Show what one module of the unfolded area is tied to.
  const light = (module) => {
    const layer = byId("unfolded");
    layer.classList.toggle("dim", module >= 0);
    for (const cell of all(".cell", layer)) {
      cell.classList.toggle("chosen", Number(cell.dataset.module) === module);
    }
    all(".spoke.inner", layer).forEach((spoke) => spoke.remove());
    for (const spoke of all(".spoke", layer)) {
      spoke.classList.toggle("near", Number(spoke.dataset.module) === module);
    }
    const centre = (number) => {
      const cell = layer.querySelector(`.cell[data-module="${number}"] rect`)?.getBBox();
      return cell && [cell.x + cell.width / 2, cell.y + cell.height / 2];
    };
    for (const [user, used] of module >= 0 && unfolded >= 0 ? inside : []) {
      if (user !== module && used !== module) continue;
      const [from, to] = [centre(user), centre(used)];
      if (!from || !to) continue;
      layer.querySelector(".spokes").append(draw("path", {
        class: "spoke inner near", d: `M${from.join(" ")}L${to.join(" ")}`, "stroke-width": 1 }));
    }
  };

  // --- Tables ------------------------------------------------------------------------------

  const sortable = (table) => {
    const heads = all("thead th", table);
    heads.forEach((head, column) => {
      const button = make("button", { type: "button" }, head.textContent);
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const numeric = head.classList.contains("n");
        const was = head.getAttribute("aria-sort");
        const down = was ? was === "ascending" : numeric;
        heads.forEach((each) => each.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const value = (line) => line.cells[column].textContent.trim();
        const order = (one, other) => (numeric
          ? Number(value(one).replaceAll(",", "")) - Number(value(other).replaceAll(",", ""))
          : value(one).localeCompare(value(other)));
        const lines = [...table.tBodies[0].rows].sort(order);
        table.tBodies[0].append(...(down ? lines.reverse() : lines));
      });
    });
    for (const line of table.tBodies[0].rows) {
      const words = line.querySelector(".opens");
      const open = line.dataset.link === undefined
        ? () => openArea(Number(line.dataset.area)) : () => openLink(Number(line.dataset.link));
      const name = line.dataset.link === undefined
        ? words.textContent : `${words.textContent} to ${line.cells[1].textContent}`;
      words.replaceWith(make("button", { type: "button", onclick: open, "aria-label": name },
        words.textContent));
    }
  };

  // --- The beginning -----------------------------------------------------------------------

  const press = (element, action) => {
    element.addEventListener("click", action);
    element.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        action();
      }
    });
  };

  // The arrow keys go to the nearest disc in their direction.
  const step = (from, key) => {
    const [dx, dy] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    const near = areas.map((area, number) => {
      const [x, y] = [area.x - areas[from].x, area.y - areas[from].y];
      return { number, ahead: x * dx + y * dy, aside: Math.abs(x * dy) + Math.abs(y * dx) };
    }).filter((each) => each.ahead > 1 && each.aside < 2 * each.ahead)
      .sort((one, other) => one.ahead + one.aside - other.ahead - other.aside);
    if (near.length) map.querySelector(`.discs [data-area="${near[0].number}"]`).focus();
  };

  for (const group of all(".disc", map)) {
    const number = Number(group.dataset.area);
    group.setAttribute("role", "button");
    group.setAttribute("tabindex", "0");
    group.setAttribute("aria-label", areas[number].says);
    press(group, () => openArea(number));
    group.addEventListener("dblclick", () => toggle(number));
    group.addEventListener("keydown", (event) => {
      if (event.key.startsWith("Arrow")) {
        event.preventDefault();
        step(number, event.key);
      }
    });
  }
  for (const arrow of all(".arrow", map)) {
    arrow.setAttribute("aria-hidden", "true"); // the tables have them all, in words
    arrow.addEventListener("click", () => openLink(Number(arrow.dataset.link)));
  }
  all("table").forEach(sortable);
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  byId("close").addEventListener("click", close);
  byId("fold").addEventListener("click", () => { fold(); close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (!panel.hidden) close();
    else if (unfolded >= 0) fold();
  });
  form.hidden = false;
  filter();
  document.documentElement.dataset.ready = Math.round(performance.now());
})();
