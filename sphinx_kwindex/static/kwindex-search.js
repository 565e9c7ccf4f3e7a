/* The search box: keywords of the whole project by the start of their names. Nothing is loaded before somebody types;
   then the names of one letter, as a script, so that it works on file:// too. `kwindex.js` opens it. */
(function () {
  "use strict";

  var source = document.currentScript && document.currentScript.src;
  if (!source || !window.HTMLDialogElement) return;

  var MOST = 30; /* results shown */
  var PAGES = 3; /* pages of the A-Z index to look at for one query: more letters are asked for */

  var shards = {}, list = null, waiting = {};
  window.kwindexNames = function (name, data) {
    if (name) shards[name] = data; else list = data;
  };
  function load(name, then) {
    if (name ? shards[name] : list) { then(); return; }
    if (waiting[name]) { waiting[name].push(then); return; }
    waiting[name] = [then];
    var script = document.createElement("script");
    script.onload = script.onerror = function () {
      var told = waiting[name];
      delete waiting[name];
      script.remove();
      told.forEach(function (one) { one(); });
    };
    script.src = new URL("kwindex/" + encodeURIComponent(name || "index") + ".js", source).href;
    document.head.appendChild(script);
  }

  /* As the index sorts: whatever the case, without leading underscores. */
  function sortKey(folded) { return folded.startsWith("__") ? folded.slice(2) : folded.replace(/^_/, ""); }
  function groupOf(key) {
    var first = Array.from(key)[0] || "";
    if (/^[a-z]$/.test(first)) return first;
    if (/^\p{Nd}$/u.test(first)) return "~digits";
    return /^\p{L}$/u.test(first) ? "~other" : "~symbols";
  }
  function pagesFor(key) {
    var group = groupOf(key), within = list.letters.filter(function (page) { return page[0] === group; });
    var before = null, found = [];
    within.forEach(function (page) {
      if (page[1] <= key) before = page;
      else if (page[1].startsWith(key)) found.push(page);
    });
    return before ? [before].concat(found) : found;
  }

  /* Lower is better: the name itself, then names that start so, each in this case and then in any. Who types small
     letters means any. Below them stand words of names (4 and 5), and names that another stands before (from 10). */
  function rank(name, tail) {
    var folded = name.toLowerCase(), wanted = tail.toLowerCase(), anyCase = tail === wanted;
    if (name === tail || (anyCase && folded === wanted)) return 0;
    if (folded === wanted || sortKey(folded) === wanted) return 1;
    if (name.startsWith(tail) || (anyCase && folded.startsWith(wanted))) return 2;
    if (folded.startsWith(wanted) || sortKey(folded).startsWith(wanted)) return 3;
    return -1;
  }
  /* What stands for itself before what is part of a class or a function. */
  var PART = 1, INSIDE = 2;
  function depth(kind, outer) {
    if (outer.indexOf("<") >= 0) return INSIDE;
    return /^(method|property|attribute)$/.test(kind) ? PART : 0;
  }
  function find(text) {
    var parts = text.split("."), tail = parts.pop();
    if (!tail && parts.length) tail = parts.pop();
    var outer = parts.join(".").toLowerCase(), key = sortKey(tail.toLowerCase());
    var pages = pagesFor(key), results = [], seen = new Set();
    pages.slice(0, PAGES).forEach(function (page) {
      var shard = shards[page[2]];
      if (!shard) return;
      shard.names.forEach(function (row) {
        var at = rank(row[0], tail);
        if (at < 0) return;
        row.slice(1).forEach(function (entry) {
          var doc = shard.docs[entry[1]];
          var before = (doc[1].replace(/(\/__init__)?\.\w+$/, "").replace(/\//g, ".") + "." + entry[2]).toLowerCase();
          var other = outer && !("." + before).endsWith("." + outer + ".") ? 10 : 0, kind = list.kinds[entry[0]];
          seen.add(row[0]);
          results.push({ rank: at + other, depth: depth(kind[0], entry[2]), name: row[0], kind: kind, outer: entry[2], dim: entry[3], path: doc[1],
                         address: doc[0], anchor: entry.length > 4 ? entry[4] : entry[2] + row[0] });
        });
      });
      if (!outer) shard.words.forEach(function (row) {
        if (!row[0].startsWith(key)) return;
        row.slice(1).forEach(function (entry) {
          if (seen.has(entry[0])) return;
          seen.add(entry[0]);
          results.push({ rank: row[0] === key ? 4 : 5, depth: 0, name: entry[0], kind: null, outer: "", dim: entry[0].startsWith("_") ? 1 : 0,
                         path: "", address: shard.docs[entry[1]][0], anchor: entry.length > 2 ? entry[2] : "name-" + entry[0] });
        });
      });
    });
    results.sort(function (a, b) {
      return a.rank - b.rank || a.dim - b.dim || a.depth - b.depth || a.name.length - b.name.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) ||
        a.path.length - b.path.length || (a.path < b.path ? -1 : 1);
    });
    var better = outer ? results.filter(function (one) { return one.rank < 10; }) : [];
    return { all: better.length ? better : results, tail: tail, isPart: pages.length > PAGES };
  }

  window.kwindexSearch = function (head, make, texts, put) {
    var dialog, field, options, status, chosen = -1, turn = 0, rows = [];

    function choose(at) {
      if (rows[chosen]) rows[chosen].setAttribute("aria-selected", "false");
      chosen = rows.length ? Math.max(0, Math.min(at, rows.length - 1)) : -1;
      var row = rows[chosen];
      if (!row) { field.removeAttribute("aria-activedescendant"); return; }
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", row.id);
    }
    function addRow(result, tail, place) {
      var row = make("a", { id: "kw-found-" + place, tabIndex: -1 }, options);
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", "false");
      row.href = new URL("../" + result.address, source).href + (result.anchor ? "#" + encodeURIComponent(result.anchor) : "");
      if (result.kind) {
        var mark = make("span", { className: "kw-kind kw-" + result.kind[0], title: result.kind[2] }, row);
        make("b", { textContent: result.kind[1] }, mark).setAttribute("aria-hidden", "true");
        make("i", { textContent: result.kind[2] }, mark);
      } else make("span", { className: "kw-kind", textContent: "…" }, row).setAttribute("aria-hidden", "true");
      var name = make("code", { className: result.dim ? "kw-dim" : "" }, row);
      name.append(result.outer);
      var from = result.name.toLowerCase().indexOf(tail.toLowerCase());
      if (from < 0) make("b", { textContent: result.name }, name);
      else {
        name.append(result.name.slice(0, from));
        make("b", { textContent: result.name.slice(from, from + tail.length) }, name);
        name.append(result.name.slice(from + tail.length));
      }
      make("small", { textContent: result.path || texts.allOfName }, row);
      row.addEventListener("click", function () {
        dialog.close();
        /* The place is the same, but what is there may have been closed. */
        if (row.href === location.href) window.dispatchEvent(new Event("hashchange"));
      });
      return row;
    }
    function show() {
      var text = field.value.trim(), mine = (turn += 1);
      if (!text) { options.replaceChildren(); rows = []; choose(-1); status.textContent = ""; return; }
      load("", function () {
        if (mine !== turn) return;
        if (!list) { status.textContent = texts.noneFound; return; }
        var key = sortKey((text.split(".").filter(Boolean).pop() || "").toLowerCase());
        var pages = pagesFor(key).slice(0, PAGES), left = pages.length;
        function draw() {
          if (mine !== turn) return;
          var found = find(text), part = found.all.slice(0, MOST);
          options.replaceChildren();
          rows = part.map(function (result, place) { return addRow(result, found.tail, place); });
          choose(0);
          status.textContent = !part.length ? (left > 0 ? "" : texts.noneFound)
            : found.isPart ? put(texts.firstFound, part.length) : put(texts.found, part.length, found.all.length);
        }
        if (!left) draw();
        pages.forEach(function (page) { load(page[2], function () { left -= 1; draw(); }); });
      });
    }
    function build() {
      dialog = make("dialog", { className: "kw-keys kw-search" }, head);
      field = make("input", { type: "search", placeholder: texts.findHint, autocomplete: "off", spellcheck: false }, dialog);
      field.setAttribute("role", "combobox");
      field.setAttribute("aria-label", texts.find);
      field.setAttribute("aria-expanded", "true");
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-controls", "kw-found");
      dialog.setAttribute("aria-label", texts.find);
      options = make("div", { id: "kw-found", className: "kw-found" }, dialog);
      options.setAttribute("role", "listbox");
      options.setAttribute("aria-label", texts.find);
      status = make("p", {}, dialog);
      status.setAttribute("role", "status");
      field.addEventListener("input", show);
      field.addEventListener("keydown", function (event) {
        if (event.isComposing) return;
        var by = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
        if (by) { event.preventDefault(); choose(chosen + by); }
        if (event.key === "Enter") {
          event.preventDefault();
          if (rows[chosen]) rows[chosen].click();
        }
      });
      dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });
    }
    return function (text) {
      if (!dialog) build();
      if (!dialog.open) dialog.showModal();
      if (text) { field.value = text; show(); }
      field.focus();
      field.select();
    };
  };
})();
