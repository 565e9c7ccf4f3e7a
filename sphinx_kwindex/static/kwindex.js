/* Tools of the keyword index pages: filter, switches, keys. Nothing is loaded, so it works on file:// too, and a page
   without this script lacks nothing but comfort. Texts come from the page (`data-kw-texts`), in its language. */
(function () {
  "use strict";

  var head = document.querySelector("[data-kw-page]");
  if (!head) return;

  var texts = {
    filter: "Filter", filterLabel: "Filter the names on this page", found: "%s of %s", all: "%s names",
    priv: "Show private", kinds: "Kinds shown", refs: "cross references", sort: "A–Z", open: "Open all", close: "Close all", help: "Keys", copy: "Copy", copyText: "Copy %s",
    copied: "Copied",
    title: "Keys on this page", kHelp: "Show this help", kNext: "Next and previous row", kOpen: "Open or close the row",
    kAll: "Open all, close all", kFolder: "Go to the folder", kUses: "Go to the uses of the row", kEsc: "Close the help",
    done: "Close"
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
  function put(text, a, b) { return text.replace("%s", a).replace("%s", b); }
  function each(list, act) { Array.prototype.forEach.call(list, act); }

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
    if (hidden) target.scrollIntoView();
  }
  window.addEventListener("hashchange", reveal);
  reveal();

  function nameOf(item) {
    var name = item.querySelector(
      ":scope > .kw-row > summary .kw-name > b, :scope > span > .kw-name, :scope > b, :scope > .kw-entry-name > a");
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

  var status, field, openedByFilter = [];
  var total = items.filter(function (item) { return !item.matches(".kw-see"); }).length;
  function filter() {
    var words = field.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    each(openedByFilter, function (block) { block.open = false; });
    openedByFilter = [];
    var count = 0;
    var shown = new Set();
    items.forEach(function (item) {
      var name = (item.kwName = item.kwName || nameOf(item).toLowerCase());
      var hit = !item.kwOff && words.every(function (word) { return name.includes(word); });
      if (!hit) return;
      if (!item.matches(".kw-see")) count += 1;
      for (var at = item; at && !at.classList.contains("kw"); at = at.parentElement) {
        if (at.matches(".kw-item, .kw-names > li, .kw-entry")) shown.add(at);
        else if (words.length && at.tagName === "DETAILS" && !at.open) { at.open = true; openedByFilter.push(at); }
      }
    });
    items.forEach(function (item) { item.hidden = !shown.has(item); });
    each(groups, function (group) { group.hidden = words.length > 0 && !group.querySelector(RESULT); });
    status.textContent = words.length || count < total ? put(texts.found, count, total) : put(texts.all, total);
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
      var group = make("div", { className: "kw-tools kw-kinds" });
      tools.after(group);
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

  if (tools && items.length) {
    field = make("input", { type: "search", placeholder: texts.filter, autocomplete: "off", spellcheck: false }, tools);
    field.setAttribute("aria-label", texts.filterLabel);
    field.addEventListener("input", filter);
    status = make("span", { textContent: put(texts.all, total) }, tools);
    status.setAttribute("role", "status");
    if (names.length) addNameSwitches();
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

  /* Keys */
  var off = document.querySelector('[data-kwindex-keys="off"]');
  if (off) return;
  var dialog, waitsForGo = false;

  function rows() {
    return Array.prototype.filter.call(document.querySelectorAll(".kw-row > summary, .kw-entry-name > a, .kw-names li li > a"),
      function (row) { return row.offsetParent !== null; });
  }
  function step(by) {
    var list = rows();
    if (!list.length) return;
    var at = list.indexOf(document.activeElement);
    var next = at < 0 ? (by > 0 ? firstBelow(list) : 0) : Math.min(Math.max(at + by, 0), list.length - 1);
    list[next].focus();
    list[next].scrollIntoView({ block: "nearest" });
  }
  function firstBelow(list) {
    for (var i = 0; i < list.length; i += 1) if (list[i].getBoundingClientRect().top >= 0) return i;
    return 0;
  }
  function current() {
    var item = document.activeElement && document.activeElement.closest(".kw-item");
    return item && item.querySelector(":scope > details.kw-row");
  }
  function goUses() {
    var row = current();
    if (!row) return;
    row.open = true;
    var link = row.querySelector(".kw-uses a, .kw-scopes a");
    if (link) link.focus();
  }
  function goFolder() {
    var folder = head.getAttribute("data-kw-folder");
    if (folder) location.href = folder;
  }
  function help() {
    if (!dialog) {
      dialog = make("dialog", { className: "kw-keys" }, head);
      make("h2", { textContent: texts.title }, dialog);
      var list = make("dl", {}, dialog);
      [["?", texts.kHelp], ["n p", texts.kNext], ["Enter", texts.kOpen], ["+ -", texts.kAll],
       ["u", texts.kUses], ["g f", texts.kFolder], ["Esc", texts.kEsc]].forEach(function (pair) {
        var keys = make("dt", {}, list);
        pair[0].split(" ").forEach(function (key, i) { if (i) keys.append(" "); make("kbd", { textContent: key }, keys); });
        make("dd", { textContent: pair[1] }, list);
      });
      make("button", { type: "button", textContent: texts.done }, dialog).addEventListener("click", function () { dialog.close(); });
    }
    if (!dialog.open) dialog.showModal();
  }

  if (tools) {
    make("button", { type: "button", textContent: texts.help }, tools).addEventListener("click", help);
  }

  var actions = {
    "?": help, n: function () { step(1); }, p: function () { step(-1); },
    "+": function () { setRows(true); }, "-": function () { setRows(false); }, u: goUses
  };
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (dialog && dialog.open) return;
    var at = event.target;
    if (at.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(at.tagName)) return;
    var go = waitsForGo;
    waitsForGo = event.key === "g" && !go;
    if (waitsForGo) { setTimeout(function () { waitsForGo = false; }, 1500); return; }
    var act = go && event.key === "f" ? goFolder : actions[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
})();
