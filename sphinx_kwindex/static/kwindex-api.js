/* Lines under descriptions of objects: links that open in place. What they open to lies in a script beside the page, which is
   loaded when the first of them is opened, so that it works on file:// too. */
(function () {
  "use strict";

  var own = document.currentScript, source = own && own.src && new URL("../" + own.dataset.kw, own.src).href;
  var known = null, waiting = null;
  if (!source) return;

  window.kwindexEntries = function (data) { known = data; };
  function load(then) {
    if (known) { then(); return; }
    if (waiting) { waiting.push(then); return; }
    waiting = [then];
    var script = document.createElement("script");
    script.onload = script.onerror = function () {
      known = known || {};
      waiting.forEach(function (one) { one(); });
    };
    script.src = source;
    document.head.appendChild(script);
  }

  /* Where there is nothing to show, the link stands in the opened line. */
  function fill(line, link) {
    var text = known[link.getAttribute("href")];
    if (text) line.insertAdjacentHTML("beforeend", text);
    else line.appendChild(document.createElement("p")).appendChild(link);
  }
  document.querySelectorAll("a.kw-api").forEach(function (link) {
    var line = document.createElement("details"), title = document.createElement("summary");
    line.className = "kw " + link.className;
    title.textContent = link.textContent;
    line.appendChild(title);
    line.addEventListener("toggle", function () { load(function () { fill(line, link); }); }, { once: true });
    link.replaceWith(line);
  });
})();
