/* Tools of the keyword index pages: filter, switches, keys. Nothing is loaded, so it works on file:// too, and a page
   without this script lacks nothing but comfort. Texts come from the page (`data-kw-texts`), in its language. */
(function () {
  "use strict";

  var head = document.querySelector("[data-kw-page]");
  if (!head) return;

  var texts = {
    filter: "Filter %s names", filterLabel: "Filter the names on this page", found: "%s of %s", all: "%s names",
    find: "Find a keyword", findHint: "Name, words, initials, path", noneFound: "No matches",
    someFound: "%s found", firstFound: "The first %s; keep typing to narrow", allOfName: "all %s of this name", recent: "Recently opened",
    narrow: "Narrow with", fileWord: "file", folderWord: "folder", headingWord: "heading", inCode: "In the code",
    priv: "Show private", kinds: "Kinds shown", tests: "Tests", folder: "Folder shown", allFolders: "All folders", refs: "cross-references", sort: "A–Z", open: "Open all", close: "Close all", help: "Keyboard shortcuts", copy: "Copy", copyText: "Copy %s",
    copied: "Copied",
    title: "Keyboard shortcuts on this page", kHelp: "Show this help", kSearch: "Find a keyword of the project", kFilter: "Go to the filter",
    kNext: "Next row", kPrevious: "Previous row", kOpen: "Open or close the row", kOpenAll: "Open all", kCloseAll: "Close all",
    kUses: "Go to the uses of the row", kSource: "Go to the source", kFolder: "Go to the folder", kEsc: "Close the help",
    keysOn: "Enable shortcuts", done: "Close",
    lines: "Source lines", about: "About %s", usedHere: "Used here", module: "module level", more: "%s more places",
    moreFiles: "%s more files", several: "One of", mayBe: "Possible match", fold: "Fold from line %s", noUses: "No uses found",
    kNextDefinition: "Next definition", kPreviousDefinition: "Previous definition", kUsesOf: "Show the uses of the definition",
    kFold: "Fold or unfold the definition", kBack: "Go back"
  };
  try { Object.assign(texts, JSON.parse(head.getAttribute("data-kw-texts") || "{}")); } catch (error) { /* English */ }

  var tools = document.querySelector(".kw-tools");
  var items = Array.prototype.slice.call(document.querySelectorAll(".kw-item, .kw-names > li, .kw-entry"));
  var privates = document.querySelectorAll("details.kw-private");
  var kept = { get: function (key) { try { return localStorage.getItem(key); } catch (e) { return null; } },
               set: function (key, value) { try { localStorage.setItem(key, value); } catch (e) { /* no storage */ } } };

  function make(tag, properties, parent) {
    var element = Object.assign(document.createElement(tag), properties);
    if (parent) parent.appendChild(element);
    return element;
  }
  /* Values may hold `$$` and `%s` themselves. */
  function put(text, a, b) {
    var values = [a, b];
    return text.replace(/%s/g, function () { return values.shift(); });
  }
  function each(list, act) { Array.prototype.forEach.call(list, act); }

  /* The site's own search page: a way to ours, with what was asked. */
  if (head.tagName === "META") {
    var results = document.getElementById("search-results"), asked = (new URLSearchParams(location.search).get("q") || "").trim();
    if (!results || !window.kwindexSearch) return;
    var frame = make("section", { className: "kw kw-beside" });
    results.parentElement.insertBefore(frame, results);
    var seek = window.kwindexSearch(frame, make, texts, put);
    if (asked) {
      var hits = make("div", { hidden: true }, frame);
      make("h2", { textContent: texts.inCode }, hits);
      seek.list(asked, hits, 8);
    }
    make("button", { type: "button", className: "kw-find", textContent: texts.find }, make("div", { className: "kw-tools" }, frame))
      .addEventListener("click", function () { seek(asked); });
    return;
  }

  /* Who comes back finds the page as it was left: what was open, and what was filtered. */
  var blocks = document.querySelectorAll(".kw details"), place = "kwindex:" + location.pathname, left = null;
  var fresh = Array.prototype.map.call(blocks, function (block) { return block.open; });
  function comesBack() {
    var how = performance.getEntriesByType && performance.getEntriesByType("navigation")[0];
    return how && /^(back_forward|reload)$/.test(how.type);
  }
  try {
    if (comesBack()) left = JSON.parse(sessionStorage.getItem(place));
    if (left && left.total !== blocks.length) left = null;
  } catch (error) { /* no storage */ }
  if (left) left.changed.forEach(function (at) { blocks[at].open = !fresh[at]; });
  window.addEventListener("pagehide", function () {
    var changed = [];
    each(blocks, function (block, at) {
      if (block.open !== fresh[at] && openedByFilter.indexOf(block) < 0 && !block.matches(".kw-siblings")) changed.push(at);
    });
    var words = field ? field.value : "";
    try {
      if (changed.length || words) sessionStorage.setItem(place, JSON.stringify({ total: blocks.length, changed: changed, words: words }));
      else sessionStorage.removeItem(place);
    } catch (error) { /* no storage */ }
  });

  /* Rows of the A-Z pages have their true height only once they are near: the browser's own way there misses. */
  function settle(target) {
    var frames = 30, still = 0, last = null;
    function stop() { frames = 0; }
    ["wheel", "touchstart", "keydown", "pointerdown"].forEach(function (kind) { window.addEventListener(kind, stop, { once: true, passive: true }); });
    (function look() {
      if (frames <= 0) return;
      target.scrollIntoView({ behavior: "instant" });
      var top = Math.round(target.getBoundingClientRect().top);
      still = top === last ? still + 1 : 0;
      last = top;
      frames = still > 5 && document.readyState === "complete" ? 0 : frames - 1;
      requestAnimationFrame(look);
    })();
  }

  /* A target inside something closed: open what it is in, and the row itself. */
  function reveal() {
    var id = "";
    try { id = decodeURIComponent(location.hash.slice(1)); } catch (error) { return; }
    var target = id && document.getElementById(id);
    if (!target || !target.closest(".kw")) return;
    var hidden = false;
    for (var at = target; at; at = at.parentElement) {
      if (at.tagName === "DETAILS" && !at.open) { at.open = true; hidden = true; }
    }
    var row = target.querySelector(":scope > details.kw-row");
    if (row) row.open = true;
    if (target.closest(".kw-names") && !comesBack()) settle(target);
    else if (hidden) target.scrollIntoView({ behavior: "instant" });
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  function nameOf(item) {
    var name = item.querySelector(
      ":scope > .kw-row > summary .kw-name > b, :scope > span > .kw-name, :scope > span > a > code, :scope > b, :scope > .kw-entry-name > a");
    return name ? name.title || name.textContent : "";
  }

  /* Said, not shown: for those who cannot see what changed. */
  var voice;
  function say(text) {
    if (!voice) {
      voice = make("span", { className: "kw-hidden" }, head);
      voice.setAttribute("role", "status");
    }
    voice.textContent = text;
  }

  /* Headings and blocks of rows, which go when none of their rows is left. */
  var RESULT = ".kw-item:not([hidden]), .kw-names > li:not([hidden]), .kw-entry:not([hidden])";
  var groups = Array.prototype.filter.call(document.querySelectorAll("#kw-page > section, .kw-private, .kw-inside, .kw-block"),
    function (group) { return group.querySelector(RESULT); });

  var FEW = 5; /* names that nobody needs to filter */
  var status, field, firstHit, openedByFilter = [];
  var total = items.filter(function (item) { return !item.matches(".kw-see"); }).length;
  function filter() {
    var words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    each(openedByFilter, function (block) { block.open = false; });
    openedByFilter = [];
    var count = 0;
    firstHit = null;
    var shown = new Set();
    items.forEach(function (item) {
      var name = (item.kwName = item.kwName || nameOf(item).toLowerCase());
      var hit = !item.kwOff && words.every(function (word) { return name.includes(word); });
      if (!hit) return;
      if (!item.matches(".kw-see")) count += 1;
      firstHit = firstHit || item;
      for (var at = item; at && !at.classList.contains("kw"); at = at.parentElement) {
        if (at.matches(".kw-item, .kw-names > li, .kw-entry")) shown.add(at);
        else if (words.length && at.tagName === "DETAILS" && !at.open) { at.open = true; openedByFilter.push(at); }
      }
    });
    items.forEach(function (item) { item.hidden = !shown.has(item); });
    each(groups, function (group) { group.hidden = words.length > 0 && !group.querySelector(RESULT); });
    status.textContent = words.length || count < total ? put(texts.found, count, total) : "";
  }

  /* Pages of all uses of a keyword: kinds of use, tests, and all folders but one can be put out of sight. */
  var TESTS = " tests";
  function addUseSwitches() {
    var kinds = findUses(), folders = findFolders(), off = new Set(), folder = "";
    var group = document.querySelector(".kw-kinds");
    function apply() {
      items.forEach(function (item) {
        item.kwOff = !nameOf(item).startsWith(folder) || (item.kwUses.length > 0 && item.kwUses.every(function (word) { return off.has(word); }))
          || (off.has(TESTS) && isInTests(item));
      });
      filter();
    }
    function addSwitch(kind, words) {
      var button = make("button", { type: "button", textContent: words }, group);
      button.setAttribute("aria-pressed", "true");
      button.addEventListener("click", function () {
        if (!off.delete(kind)) off.add(kind);
        button.setAttribute("aria-pressed", !off.has(kind));
        apply();
      });
    }
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", texts.kinds);
    if (kinds.length > 1) kinds.forEach(function (kind) { addSwitch(kind[0], kind[0] + " " + kind[1]); });
    var tests = items.filter(isInTests).length;
    if (tests && tests < items.length) addSwitch(TESTS, texts.tests + " " + tests);
    if (folders.length > 1) addFolders(folders, function (chosen) { folder = chosen; apply(); });
  }
  function isInTests(item) { return Boolean(item.closest(".kw-of-tests")); }
  /* Return the kinds of use, and how many files have each; the most frequent first. */
  function findUses() {
    var kinds = new Map();
    items.forEach(function (item) {
      var words = item.querySelector(":scope > .kw-used");
      item.kwUses = (words ? words.textContent : "").split(", ").map(function (word) { return word.replace(/ [^ ]+×$/, ""); }).filter(Boolean);
      item.kwUses.forEach(function (word) { kinds.set(word, (kinds.get(word) || 0) + 1); });
    });
    return Array.from(kinds).sort(function (a, b) { return b[1] - a[1]; });
  }
  /* Return the folders where paths part, and those in them, and how many files are in each. */
  function findFolders() {
    var paths = items.map(function (item) { return nameOf(item).split("/"); }), depth = 0, counts = new Map();
    while (paths.every(function (path) { return path.length > depth + 1 && path[depth] === paths[0][depth]; })) depth += 1;
    paths.forEach(function (path) {
      for (var end = depth + 1; end <= depth + 2 && end < path.length; end += 1) {
        var folder = path.slice(0, end).join("/") + "/";
        counts.set(folder, (counts.get(folder) || 0) + 1);
      }
    });
    return Array.from(counts).sort(function (a, b) { return a[0] < b[0] ? -1 : 1; });
  }
  function addFolders(folders, choose) {
    var list = make("select", {}, tools);
    list.setAttribute("aria-label", texts.folder);
    make("option", { value: "", textContent: texts.allFolders }, list);
    folders.forEach(function (one) { make("option", { value: one[0], textContent: one[0] + " " + one[1] }, list); });
    list.addEventListener("change", function () { choose(list.value); });
  }

  /* The A-Z pages: private names and kinds of keyword can be put out of sight. */
  var names = document.querySelectorAll(".kw-names > li");
  function addNameSwitches() {
    var off = new Set((kept.get("kwindex-kinds") || "").split(" ").filter(Boolean));
    var dim = kept.get("kwindex-private-names") !== "0";
    var marks = {}, order = [], refs = document.querySelectorAll(".kw-names > .kw-see").length;
    each(document.querySelectorAll(".kw-names li li"), function (entry) {
      var mark = entry.querySelector(".kw-kind");
      entry.kwKind = mark ? mark.classList[1] : "";
      if (!mark) return;
      if (!marks[entry.kwKind]) { marks[entry.kwKind] = { mark: mark, count: 0 }; order.push(entry.kwKind); }
      marks[entry.kwKind].count += 1;
    });
    order.sort(function (a, b) { return marks[b].count - marks[a].count || (a < b ? -1 : 1); });
    function apply() {
      each(names, function (head) {
        var entries = head.querySelectorAll("li"), left = entries.length ? 0 : 1;
        each(entries, function (entry) {
          entry.hidden = off.has(entry.kwKind) || (!dim && entry.classList.contains("kw-dim"));
          if (!entry.hidden) left += 1;
        });
        head.kwOff = !left || (!dim && head.classList.contains("kw-dim")) || (head.matches(".kw-see") && off.has("refs"));
      });
      filter();
    }
    if (document.querySelector(".kw-names .kw-dim")) {
      var label = make("label", {}, tools), box = make("input", { type: "checkbox", checked: dim }, label);
      label.append(texts.priv);
      box.addEventListener("change", function () { dim = box.checked; kept.set("kwindex-private-names", dim ? "1" : "0"); apply(); });
    }
    if (order.length + (refs ? 1 : 0) > 1) {
      var group = document.querySelector(".kw-kinds");
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", texts.kinds);
      order.concat(refs ? ["refs"] : []).forEach(function (kind) {
        var button = make("button", { type: "button" }, group), known = marks[kind];
        if (known) { button.append(known.mark.cloneNode(true)); button.firstChild.lastChild.remove(); }
        button.append((known ? known.mark.title : texts.refs) + " " + (known ? known.count : refs));
        button.setAttribute("aria-pressed", !off.has(kind));
        button.addEventListener("click", function () {
          if (!off.delete(kind)) off.add(kind);
          kept.set("kwindex-kinds", Array.from(off).join(" "));
          button.setAttribute("aria-pressed", !off.has(kind));
          apply();
        });
      });
    }
    if (off.size || !dim) apply();
  }

  function showPrivate(on) {
    each(privates, function (block) { block.open = on; });
  }

  function setRows(open) {
    each(document.querySelectorAll("details.kw-row"), function (row) { if (!row.closest("[hidden]")) row.open = open; });
  }

  var sorted = false;
  function sort(button) {
    sorted = !sorted;
    each(document.querySelectorAll("ol.kw-list"), function (list) {
      var rows = Array.prototype.slice.call(list.children);
      rows.forEach(function (row, place) { if (row.kwPlace === undefined) row.kwPlace = place; });
      rows.sort(function (a, b) { return (sorted && nameOf(a).localeCompare(nameOf(b))) || a.kwPlace - b.kwPlace; });
      rows.forEach(function (row) { list.appendChild(row); });
    });
    button.setAttribute("aria-pressed", sorted);
  }

  if (tools && items.length > FEW) {
    var around = make("span", { className: "kw-filter" }, tools);
    field = make("input", { type: "search", placeholder: put(texts.filter, total), autocomplete: "off", spellcheck: false }, around);
    field.setAttribute("aria-label", texts.filterLabel);
    field.addEventListener("input", filter);
    status = make("span", {}, around);
    status.setAttribute("role", "status");
    if (names.length) addNameSwitches();
    if (head.getAttribute("data-kw-page") === "uses") addUseSwitches();
    if (privates.length) {
      var label = make("label", {}, tools);
      var box = make("input", { type: "checkbox", checked: kept.get("kwindex-private") === "1" }, label);
      label.appendChild(document.createTextNode(texts.priv));
      box.addEventListener("change", function () { kept.set("kwindex-private", box.checked ? "1" : "0"); showPrivate(box.checked); });
      if (box.checked) showPrivate(true);
    }
    if (document.querySelector("ol.kw-list")) {
      var button = make("button", { type: "button", textContent: texts.sort }, tools);
      button.setAttribute("aria-pressed", false);
      button.addEventListener("click", function () { sort(button); });
      make("button", { type: "button", textContent: texts.open }, tools).addEventListener("click", function () { setRows(true); });
      make("button", { type: "button", textContent: texts.close }, tools).addEventListener("click", function () { setRows(false); });
    }
    if (left && left.words) { field.value = left.words; filter(); }
  }

  /* Copy buttons: made here, so that there is none that does nothing. */
  function addCopy(place, text, before) {
    if (!navigator.clipboard) return;
    var button = make("button", { type: "button", className: "kw-copy", title: texts.copy });
    button.setAttribute("aria-label", put(texts.copyText, text));
    button.addEventListener("click", function (event) {
      event.preventDefault();
      navigator.clipboard.writeText(text).then(function () {
        button.classList.add("kw-done");
        say(texts.copied);
        setTimeout(function () { button.classList.remove("kw-done"); }, 1500);
      }, function () {});
    });
    place.insertBefore(button, before || null);
  }
  var path = head.getAttribute("data-kw-copy-title");
  var title = path && document.querySelector("h1");
  if (title) addCopy(title, path, title.querySelector(".headerlink"));
  each(document.querySelectorAll(".kw-module > [data-kw-copy]"), function (code) { addCopy(code.parentElement, code.textContent); });
  /* Ids in rows get theirs when the row opens: thousands at once would be slow. */
  document.addEventListener("toggle", function (event) {
    var row = event.target;
    if (!row.open || !row.matches || !row.matches("details.kw-row") || row.kwCopy) return;
    row.kwCopy = true;
    var code = row.querySelector(":scope > .kw-body [data-kw-copy]");
    if (code) addCopy(code.parentElement, code.textContent, code.nextSibling);
  }, true);

  /* The list of what stands beside the page lies over it: it goes when somebody turns to something else. */
  var siblings = document.querySelector("details.kw-siblings");
  if (siblings) {
    siblings.addEventListener("toggle", function () {
      var own = siblings.open && siblings.querySelector("[aria-current]"), list = own && own.parentElement;
      if (own) list.scrollTop = own.offsetTop - list.clientHeight / 2;
    });
    document.addEventListener("click", function (event) { if (!siblings.contains(event.target)) siblings.open = false; });
    siblings.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || !siblings.open) return;
      siblings.open = false;
      siblings.querySelector("summary").focus();
    });
  }

  /* Keys. Each does what something visible does: the help has a button for it. One switch turns all of them off. */
  var dialog, waitsForGo = 0, before = null;

  function rows() {
    return Array.prototype.filter.call(document.querySelectorAll(".kw-row > summary, .kw-entry-name > a, .kw-names li li > a"),
      function (row) { return row.offsetParent !== null; });
  }
  function step(by) {
    var list = rows();
    if (!list.length) return;
    var at = list.indexOf(document.activeElement);
    /* Inside an open row: from that row. */
    if (at < 0 && current()) at = list.indexOf(current().querySelector("summary"));
    var next = at < 0 ? (by > 0 ? firstBelow(list) : 0) : Math.min(Math.max(at + by, 0), list.length - 1);
    list[next].focus();
    list[next].scrollIntoView({ block: "nearest" });
  }
  function firstBelow(list) {
    for (var i = 0; i < list.length; i += 1) if (list[i].getBoundingClientRect().top >= 0) return i;
    return 0;
  }
  function currentItem() {
    return document.activeElement && document.activeElement.closest(".kw-item");
  }
  function current() {
    var item = currentItem();
    return item && item.querySelector(":scope > details.kw-row");
  }
  function toggleRow() {
    var row = current();
    if (row) row.open = !row.open;
  }
  function goUses() {
    var row = current();
    if (!row) return;
    row.open = true;
    var link = row.querySelector(".kw-uses a, .kw-scopes a");
    if (link) link.focus();
  }
  function sourceLink() {
    var item = currentItem();
    return (item && item.querySelector(":scope > .kw-tail a:not([aria-label])")) || head.querySelector("a.kw-source");
  }
  function go(link) { if (link) location.href = link.href; }
  /* The themes' fields, where they are in sight. Some show theirs when a button is pressed. */
  function searchField() {
    var fields = document.querySelectorAll('input[name="q"], input[type="search"]');
    return Array.prototype.filter.call(fields, function (one) { return one.offsetParent !== null && one !== field; })[0];
  }
  function goFilter() { field.focus(); field.select(); }
  var find = window.kwindexSearch && window.kwindexSearch(head, make, texts, put);
  function search() {
    if (find) { find(); return; }
    var to = field || searchField();
    var button = !to && document.querySelector("button.search-button, button.search-button__button");
    if (button) { button.click(); to = searchField(); }
    if (to) { to.focus(); to.select(); }
  }

  var opened = document.querySelector("details.kw-row"), stepped = document.querySelector(".kw-row, .kw-entry, .kw-names li li");
  var isInFolder = /^(file|folder)$/.test(head.getAttribute("data-kw-page"));
  var folder = isInFolder && document.querySelector(".kw-path > ol > li:nth-last-child(2) > a");
  var actions = [
    { keys: "s", text: texts.kSearch, act: search, when: true },
    { keys: "f", text: texts.kFilter, act: goFilter, when: field },
    { keys: "n", text: texts.kNext, act: function () { step(1); }, when: stepped },
    { keys: "p", text: texts.kPrevious, act: function () { step(-1); }, when: stepped },
    { keys: "Enter", text: texts.kOpen, act: toggleRow, when: opened },
    { keys: "+", text: texts.kOpenAll, act: function () { setRows(true); }, when: opened },
    { keys: "-", text: texts.kCloseAll, act: function () { setRows(false); }, when: opened },
    { keys: "u", text: texts.kUses, act: goUses, when: opened },
    { keys: "g s", text: texts.kSource, act: function () { go(sourceLink()); }, when: head.querySelector("a.kw-source") },
    { keys: "g f", text: texts.kFolder, act: function () { go(folder); }, when: folder },
    { keys: "?", text: texts.kHelp, act: help, when: true },
    { keys: "Esc", text: texts.kEsc, act: function () {}, when: true }
  ].concat(window.kwindexSource ? window.kwindexSource({ head: head, make: make, put: put, say: say, texts: texts, kept: kept }) : [])
    .filter(function (action) { return action.when; });
  var byKey = {};
  actions.forEach(function (action) { byKey[action.keys] = action.act; });
  /* Native in rows and in the dialog. */
  delete byKey.Enter;
  delete byKey.Esc;

  function keysAreOn() { return kept.get("kwindex-keys") !== "0"; }

  function help() {
    if (dialog && dialog.open) return;
    before = document.activeElement;
    if (!dialog) makeHelp();
    dialog.showModal();
  }
  function makeHelp() {
    dialog = make("dialog", { className: "kw-keys" }, head);
    var title = make("h2", { textContent: texts.title, id: "kw-keys-title" }, dialog);
    dialog.setAttribute("aria-labelledby", title.id);
    var list = make("ul", {}, dialog);
    list.setAttribute("role", "list");
    actions.forEach(function (action) {
      var button = make("button", { type: "button" }, make("li", {}, list));
      make("span", { textContent: action.text }, button);
      var keys = make("span", {}, button);
      action.keys.split(" ").forEach(function (key, i) { if (i) keys.append(" "); make("kbd", { textContent: key }, keys); });
      button.addEventListener("click", function () {
        dialog.close();
        if (action.act === help) return;
        if (before && before !== document.body) before.focus();
        action.act();
      });
    });
    var end = make("p", {}, dialog), label = make("label", {}, end);
    var box = make("input", { type: "checkbox", checked: keysAreOn() }, label);
    label.appendChild(document.createTextNode(texts.keysOn));
    box.addEventListener("change", function () { kept.set("kwindex-keys", box.checked ? "1" : "0"); });
    make("button", { type: "button", textContent: texts.done }, end).addEventListener("click", function () { dialog.close(); });
    /* Beside the panel: on the backdrop. */
    dialog.addEventListener("click", function (event) { if (event.target === dialog) dialog.close(); });
  }

  if (tools) {
    if (find) make("button", { type: "button", className: "kw-find", textContent: texts.find }, tools).addEventListener("click", function () { find(); });
    make("button", { type: "button", className: "kw-help", textContent: texts.help }, tools).addEventListener("click", help);
  }
  if (field) {
    field.setAttribute("aria-keyshortcuts", "f");
    field.addEventListener("keydown", function (event) {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      var row = firstHit && firstHit.querySelector("summary, a");
      if (row) row.focus();
    });
  }

  function isTyping(at) {
    if (at.isContentEditable || (at.closest && at.closest('[role="textbox"], [role="combobox"], [role="listbox"]'))) return true;
    return /^(TEXTAREA|SELECT)$/.test(at.tagName) || (at.tagName === "INPUT" && !/^(checkbox|radio|button|submit|reset)$/.test(at.type));
  }
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!keysAreOn() || document.querySelector("dialog[open]") || isTyping(event.target)) return;
    var goes = Date.now() - waitsForGo < 1500;
    waitsForGo = 0;
    if (event.key === "g" && !goes) { waitsForGo = Date.now(); return; }
    var act = byKey[goes && byKey["g " + event.key] ? "g " + event.key : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
