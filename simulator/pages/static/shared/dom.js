// Builds elements without strings of HTML: nothing that a citizen or an officer types can become markup.

const STATIC = new URL("..", import.meta.url).pathname;
const SVG = "http://www.w3.org/2000/svg";

/**
 * Makes an element. `props` with a dash or known as attributes are set as attributes, functions named on… as
 * listeners, everything else as a property; null and false children are left out.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on") && typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name.includes("-") || name === "role" || name === "for" || name === "list")
      element.setAttribute(name, value);
    else element[name] = value;
  }
  append(element, children);
  return element;
}

export function append(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === "") continue;
    element.append(child);
  }
  return element;
}

export function icon(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${STATIC}icons/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

export function iconButton(name, label, onclick, extra = "") {
  return h(
    "button",
    { type: "button", class: `icon-button ${extra}`.trim(), "aria-label": label, title: label, onclick },
    icon(name),
  );
}

export const find = (selector, root = document) => root.querySelector(selector);

export function replace(element, ...children) {
  element.replaceChildren();
  return append(element, children);
}

export const staticUrl = (path) => STATIC + path;

/** The three faces of a list that has nothing to show: it loads, it is empty, it failed. */
export function loading(text = "Đang tải…") {
  return h("div", { class: "blank", role: "status" }, h("div", { class: "spinner" }), h("p", {}, text));
}

export function blank(iconName, title, text, ...actions) {
  return h("div", { class: "blank" }, icon(iconName), h("h3", {}, title), text && h("p", {}, text), actions);
}

export function failed(error, retry) {
  return h(
    "div",
    { class: "blank", role: "alert" },
    icon("wifi-off"),
    h("h3", {}, "Chưa tải được"),
    h("p", {}, error.message),
    retry && h("button", { type: "button", class: "button", onclick: retry }, icon("rotate-ccw"), "Thử lại"),
  );
}

const FOCUSABLE = "button, a[href], input, select, textarea";

const focusables = (element) =>
  [element, ...element.querySelectorAll("*")].filter((each) => each.matches(FOCUSABLE));

/**
 * Makes the children of `container` match `items`, keeping elements whose key and signature did not change, so that
 * focus, scroll and what a screen reader has already read stay put; in one that did change, the focus moves along.
 * Each item: {key, signature, build}.
 */
export function reconcile(container, items) {
  const old = new Map([...container.children].map((child) => [child.dataset.key, child]));
  let cursor = container.firstElementChild;
  for (const { key, signature, build } of items) {
    const kept = old.get(key);
    old.delete(key);
    if (kept && kept.dataset.signature === signature) {
      if (kept === cursor) cursor = cursor.nextElementSibling;
      else container.insertBefore(kept, cursor);
      continue;
    }
    const made = build();
    made.dataset.key = key;
    made.dataset.signature = signature;
    if (kept === cursor && kept) cursor = cursor.nextElementSibling;
    const focused = kept ? focusables(kept).indexOf(document.activeElement) : -1;
    kept?.remove();
    container.insertBefore(made, cursor);
    if (focused >= 0) focusables(made)[focused]?.focus({ preventScroll: true });
  }
  for (const gone of old.values()) gone.remove();
}
