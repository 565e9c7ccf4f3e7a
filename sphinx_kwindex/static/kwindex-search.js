/* The search box: keywords of the whole project by the start of their names. Nothing is loaded before somebody types;
   then the names of one letter, as a script, so that it works on file:// too. `kwindex.js` opens it. */
(function () {
  "use strict";

  var source = document.currentScript && document.currentScript.src;
  if (!source || !window.HTMLDialogElement) return;

  var MOST = 30; /* results shown */
  var PAGES = 3; /* pages of the A-Z index to look at for one query: more letters are asked for */

  var CLOSE = 12; /* names that are like what was asked for, shown below those that start so */

  var shards = {}, list = null, waiting = {}, lists = {}, all = null;
  window.kwindexNames = function (name, data) {
    if (name) shards[name] = data; else list = data;
  };
  window.kwindexList = function (name, packed) {
    var before = "";
    lists["names/" + name] = packed.map(function (text) { return (before = before.slice(0, parseInt(text[0], 36)) + text.slice(1)); });
  };
  function load(name, then) {
    if (name ? shards[name] || lists[name] : list) { then(); return; }
    if (waiting[name]) { waiting[name].push(then); return; }
    waiting[name] = [then];
    var script = document.createElement("script");
    script.onload = script.onerror = function () {
      var told = waiting[name];
      delete waiting[name];
      script.remove();
      told.forEach(function (one) { one(); });
    };
    script.src = new URL("kwindex/" + encodeURIComponent(name || "index").replace("%2F", "/") + ".js", source).href;
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
  /* Names that are like a text: 6 initials (`BE`: BuildEnvironment), 7 in the middle (whatever the underscores), 8 all its
     words in any order, 9 one or two slips of the keyboard. All names are looked at, so they are taken apart once. */
  function wordsOf(name) {
    return name.replace(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, "$1$3 $2").split(/[^\p{L}\p{Nd}]+/u).filter(Boolean).map(function (word) { return word.toLowerCase(); });
  }
  function lettersOf(text) {
    var found = 0;
    for (var at = 0; at < text.length; at += 1) found |= 1 << (text.charCodeAt(at) % 31);
    return found;
  }
  function bits(number) {
    var count = 0;
    for (; number; count += 1) number &= number - 1;
    return count;
  }
  function takeApart() {
    var found = [];
    Object.keys(lists).forEach(function (page) {
      lists[page].forEach(function (name) {
        var words = wordsOf(name), whole = words.join("");
        found.push({ name: name, words: words, whole: whole, first: words.map(function (word) { return word[0]; }).join(""), letters: lettersOf(whole) });
      });
    });
    return found;
  }
  /* Insertions, deletions, changes and swaps of neighbours (Damerau and Levenshtein), as far as `most`. */
  function slips(one, other, most) {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    var before = [], last = [], row = [];
    for (var j = 0; j <= other.length; j += 1) last.push(j);
    for (var i = 1; i <= one.length; i += 1) {
      row = [i];
      var least = i;
      for (j = 1; j <= other.length; j += 1) {
        var same = one[i - 1] === other[j - 1];
        row.push(Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
        least = Math.min(least, row[j]);
      }
      if (least > most) return most + 1;
      before = last; last = row;
    }
    return last[other.length];
  }
  function likeness(item, tail, whole, words, letters, most) {
    if (item.first.length > 1 && item.first.startsWith(whole)) return tail === whole || item.name.replace(/[^\p{Lu}]/gu, "").startsWith(tail) ? 6 : 6.5;
    if (item.whole.includes(whole)) return 7;
    if (words.length > 1 && words.every(function (word) { return item.words.some(function (own) { return own.startsWith(word); }); })) return 8;
    if (!most || bits(item.letters ^ letters) > 2 * most) return -1;
    return slips(item.whole, whole, most) <= most ? 9 : -1;
  }
  function findLike(tail) {
    all = all || takeApart();
    var words = wordsOf(tail), whole = words.join(""), letters = lettersOf(whole), most = whole.length < 4 ? 0 : whole.length < 8 ? 1 : 2;
    if (whole.length < 2) return [];
    var found = [];
    all.forEach(function (item) {
      var at = likeness(item, tail, whole, words, letters, most);
      if (at >= 0) found.push({ rank: at, item: item });
    });
    found.sort(function (a, b) {
      return a.rank - b.rank || Math.abs(a.item.whole.length - whole.length) - Math.abs(b.item.whole.length - whole.length) || (a.item.name < b.item.name ? -1 : 1);
    });
    return found;
  }
  function pageOf(name) {
    var key = sortKey(name.toLowerCase()), found = null;
    list.letters.forEach(function (page) { if (page[0] === groupOf(key) && page[1] <= key) found = page; });
    return found;
  }

  /* What stands for itself before what is part of a class or a function. */
  var PART = 1, INSIDE = 2;
  function depth(kind, outer) {
    if (outer.indexOf("<") >= 0) return INSIDE;
    return /^(method|property|attribute)$/.test(kind) ? PART : 0;
  }
  function find(text, like) {
    var parts = text.split("."), tail = parts.pop();
    if (!tail && parts.length) tail = parts.pop();
    var outer = parts.join(".").toLowerCase(), key = sortKey(tail.toLowerCase());
    var pages = pagesFor(key), results = [], seen = new Set();
    function add(shard, row, at) {
      row.slice(1).forEach(function (entry) {
        var doc = shard.docs[entry[1]];
        var before = (doc[1].replace(/(\/__init__)?\.\w+$/, "").replace(/\//g, ".") + "." + entry[2]).toLowerCase();
        var other = outer && !("." + before).endsWith("." + outer + ".") ? 10 : 0, kind = list.kinds[entry[0]];
        seen.add(row[0]);
        results.push({ rank: at + other, depth: depth(kind[0], entry[2]), name: row[0], kind: kind, outer: entry[2], dim: entry[3], path: doc[1],
                       address: doc[0], anchor: entry.length > 4 ? entry[4] : entry[2] + row[0] });
      });
    }
    pages.slice(0, PAGES).forEach(function (page) {
      var shard = shards[page[2]];
      if (!shard) return;
      shard.names.forEach(function (row) {
        var at = rank(row[0], tail);
        if (at >= 0) add(shard, row, at);
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
    (like || []).forEach(function (one) {
      var page = pageOf(one.item.name), shard = page && shards[page[2]];
      if (!shard || seen.has(one.item.name)) return;
      var row = shard.names.find(function (names) { return names[0] === one.item.name; });
      if (row) add(shard, row, one.rank);
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
    var kept = ""; /* what arrows chose: it stays chosen when more is found */

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
      kept = "";
      if (!text) { options.replaceChildren(); rows = []; choose(-1); status.textContent = ""; return; }
      load("", function () {
        if (mine !== turn) return;
        if (!list) { status.textContent = texts.noneFound; return; }
        var key = sortKey((text.split(".").filter(Boolean).pop() || "").toLowerCase());
        var pages = pagesFor(key).slice(0, PAGES), left = pages.length;
        var like = [], isLooking = true;
        function more() {
          /* Enough was found; or the names of all letters are looked at, and the letters of the best ones. */
          if (mine !== turn) return;
          if (find(text).all.length >= CLOSE) { isLooking = false; return; }
          var names = list.letters.map(function (page) { return "names/" + page[2]; }), waits = names.length;
          names.forEach(function (name) {
            load(name, function () {
              waits -= 1;
              if (waits || mine !== turn) return;
              isLooking = false;
              like = findLike(text.split(".").filter(Boolean).pop() || "").slice(0, CLOSE);
              like.forEach(function (one) {
                var page = pageOf(one.item.name);
                if (page) load(page[2], draw);
              });
              draw();
            });
          });
        }
        function draw() {
          if (mine !== turn) return;
          var found = find(text, like), part = found.all.slice(0, MOST);
          options.replaceChildren();
          rows = part.map(function (result, place) { return addRow(result, found.tail, place); });
          choose(Math.max(0, rows.findIndex(function (row) { return row.href === kept; })));
          status.textContent = !part.length ? (left > 0 || isLooking ? "" : texts.noneFound)
            : found.isPart ? put(texts.firstFound, part.length) : put(texts.found, part.length, found.all.length);
        }
        if (!left) { draw(); more(); }
        pages.forEach(function (page) { load(page[2], function () { left -= 1; draw(); if (!left) more(); }); });
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
        if (by) {
          event.preventDefault();
          choose(chosen + by);
          kept = rows[chosen] ? rows[chosen].href : "";
        }
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
