// Small tools for the page: elements, icons, and a way to draw a screen anew without losing the reader's place.

const SVG = "http://www.w3.org/2000/svg";

/** An element with its properties and children. `on…` are listeners; false, null and undefined are left out. */
export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value" || key === "checked" || key === "max") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  basket: "M4 9h16l-1.6 9.2a2 2 0 0 1-2 1.8H7.600a2 2 0 0 1-2-1.800zM8.5 9a3.5 3.5 0 0 1 7 0",
  box: "M4 8l8-4 8 4v8l-8 4-8-4zM4 8l8 4 8-4M12 12v8",
  check: "M5 12.500l4.5 4.500L19 7.5",
  coins: "M4 7c0-1.700 2.700-3 6-3s6 1.300 6 3-2.700 3-6 3-6-1.300-6-3zM4 7v5c0 1.700 2.700 3 6 3M16 7v3M8 15c0-1.700 2.700-3 6-3s6 1.300 6 3-2.700 3-6 3-6-1.300-6-3zM8 15v3c0 1.700 2.700 3 6 3s6-1.300 6-3v-3",
  copy: "M9 9h11v11H9zM5 15H4V4h11v1",
  clock: "M12 7v5l3 2M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  cross: "M6 6l12 12M18 6L6 18",
  info: "M12 11v5M12 8v.01M21 12a9 9 0 1 1-18 0 9 9 0 0 1 18 0z",
  link: "M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.300l-1.5 1.500M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.700l1.5-1.5",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  message: "M4 5h16v11H9l-5 4z",
  minus: "M6 12h12",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20a7.500 7.500 0 0 1 15 0",
  pin: "M12 21c4-4.5 6-7.7 6-10.500a6 6 0 0 0-12 0C6 13.3 8 16.5 12 21zM12 13a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  plus: "M6 12h12M12 6v12",
  renew: "M20 12a8 8 0 1 1-2.340-5.660L20 8.700M20 4v4.700h-4.700",
  right: "M9 5l7 7-7 7",
  scan: "M4 8V5a1 1 0 0 1 1-1h3M16 4h3a1 1 0 0 1 1 1v3M20 16v3a1 1 0 0 1-1 1h-3M8 20H5a1 1 0 0 1-1-1v-3M4 12h16",
  trash: "M5 7h14M10 4h4M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  up: "M6 14l6-6 6 6",
  warn: "M12 4l9 16H3zM12 10v4M12 17v.01",
};

/** A line drawing of 24 by 24, for the eye only. */
export function icon(name, look = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  for (const [key, value] of [["viewBox", "0 0 24 24"], ["class", look], ["aria-hidden", "true"]]) {
    svg.setAttribute(key, value);
  }
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/** Puts new content in place. What had the focus and where the reader had scrolled to stay. */
export function redraw(place, content) {
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const { id, selectionStart, selectionEnd } = focused ?? {};
  const scrolled = place.scrollTop;
  place.replaceChildren(...[content].flat(3).filter(Boolean));
  place.scrollTop = scrolled;
  const again = id && document.getElementById(id);
  if (again && !again.disabled) {
    again.focus({ preventScroll: true });
    if (selectionStart !== null && selectionStart !== undefined && again.setSelectionRange) {
      again.setSelectionRange(selectionStart, selectionEnd);
    }
  } else if (focused) {
    const heading = focused.localName === "h1" && place.querySelector("h1");
    (heading || place).focus({ preventScroll: true });
  }
}
