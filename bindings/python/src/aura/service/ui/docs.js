// The description of the service, for people.

const description = await (await fetch("/openapi.json")).json();
const element = (tag, more = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), more);
  made.append(...children);
  return made;
};
document.getElementById("about").textContent = description.info.description;
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, route] of Object.entries(methods)) {
    const rows = Object.entries(route.responses).map(([status, answer]) =>
      element("tr", {}, element("td", { className: "n", textContent: status }), element("td", { textContent: answer.description })));
    const parameters = route.parameters.map((one) => element("li", {},
      element("code", { textContent: one.name }), ` (${one.in}${one.required ? ", needed" : ""}) ${one.description ?? ""}`));
    const body = Object.entries(route.requestBody?.content ?? {}).map(([type, { schema }]) =>
      element("li", {}, "body ", element("code", { textContent: type }), schema.$ref ? ` as ${schema.$ref.split("/").pop()}` : ""));
    document.getElementById("routes").append(element("details", {},
      element("summary", {}, element("code", { textContent: `${method.toUpperCase()} ${path}` }), ` ${route.summary} `,
        element("span", { className: "soft", textContent: route["x-role"] ? `role ${route["x-role"]}` : "for everybody" })),
      element("ul", {}, ...parameters, ...body), element("table", {}, element("tbody", {}, ...rows))));
  }
}
