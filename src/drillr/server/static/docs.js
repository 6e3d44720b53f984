"use strict";
// Shows the OpenAPI description as a page. Text only ever becomes text: nothing of it is HTML.
const make = (tag, text, ...children) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  element.append(...children);
  return element;
};

const resolved = (schema, all) =>
  schema && schema.$ref ? all[schema.$ref.split("/").pop()] : schema;

const shape = (schema, all, depth = 0) => {
  const found = resolved(schema, all) || {};
  if (found.examples && found.examples.length) return found.examples[0];
  if (found.default !== undefined) return found.default;
  if (found.anyOf) return shape(found.anyOf[0], all, depth);
  if (found.enum) return found.enum[0];
  if (found.type === "array") return depth > 5 ? [] : [shape(found.items, all, depth + 1)];
  if (found.properties && depth < 6) {
    return Object.fromEntries(Object.entries(found.properties)
      .map(([name, one]) => [name, shape(one, all, depth + 1)]));
  }
  return { string: "…", integer: 0, number: 0, boolean: false, object: {} }[found.type] ?? null;
};

const bodyOf = (content, all) => {
  const [type, one] = Object.entries(content || {})[0] || [];
  if (!one || !one.schema) return [];
  return [make("p", type), make("pre", JSON.stringify(shape(one.schema, all), null, 2))];
};

const operation = (path, method, one, all) => {
  const box = make("details", "", make("summary", "", make("b", method.toUpperCase()), path));
  box.append(make("p", one.description || one.summary || ""));
  if (one.security) box.append(make("p", "Needs an access token."));
  if (one.parameters && one.parameters.length) {
    const rows = one.parameters.map((each) => make("tr", "", make("td", each.name),
      make("td", each.in + (each.required ? ", required" : "")), make("td", each.description || "")));
    box.append(make("h3", "Parameters"), make("table", "", ...rows));
  }
  if (one.requestBody) {
    box.append(make("h3", "Request"), ...bodyOf(one.requestBody.content, all));
  }
  for (const [status, answer] of Object.entries(one.responses)) {
    box.append(make("h3", `${status} ${answer.description || ""}`));
    if (status < "300") box.append(...bodyOf(answer.content, all));
  }
  return box;
};

fetch("api/v1/openapi.json").then((answer) => answer.json()).then((api) => {
  const all = api.components.schemas, areas = new Map();
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, one] of Object.entries(methods)) {
      const area = (one.tags || ["other"])[0];
      if (!areas.has(area)) areas.set(area, []);
      areas.get(area).push(operation(path, method, one, all));
    }
  }
  for (const [area, found] of areas) {
    const link = make("a", area), title = make("h2", area);
    link.href = `#${area}`;
    title.id = area;
    document.getElementById("areas").append(link);
    document.getElementById("operations").append(title, ...found);
  }
});
