/* What source pages can do beside being read: uses in place, cards, ranges of lines, folding, keys; and, on pages of files, the
   lines behind uses. What it shows is loaded when it is asked for, as scripts beside the pages, so that it works on file:// too.
   `kwindex.js` starts it. */
(function () {
  "use strict";

  var own = document.currentScript && document.currentScript.src;
  if (!own) return;
  var root = new URL("../", own);
  /* What `kwindex.js` hands over when it starts this; then what shows the source of a file, if the page does. */
  var tools, make, put, say, texts, kept, frame, text;

  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function hashOf(link) {
    try { return decodeURIComponent(link.hash.slice(1)); } catch (error) { return ""; }
  }
  function pageOf(address) {
    var url = new URL(address, location.href);
    url.hash = url.search = "";
    return url.href;
  }
  function listOf(parent, look) {
    var list = make("ul", { className: look }, parent);
    list.setAttribute("role", "list");  /* Safari forgets it where there are no bullets. */
    return list;
  }

  /* Data of pages: cards from pages of files, lines from pages of sources. */
  var known = {}, waiting = {};
  window.kwindexCards = window.kwindexLines = function (name, data) { known[new URL(name, root).href] = data; };
  function load(page, then) {
    if (page in known) { then(known[page]); return; }
    if (waiting[page]) { waiting[page].push(then); return; }
    waiting[page] = [then];
    var script = document.createElement("script");
    script.onload = script.onerror = function () {
      var told = waiting[page];
      delete waiting[page];
      script.remove();
      if (!(page in known)) known[page] = null;
      told.forEach(function (one) { one(known[page]); });
    };
    script.src = (page.endsWith("/") ? page + "index" : page) + ".js";
    document.head.appendChild(script);
  }

  /* Lines behind uses: each scope that a use list names leads to its first use by an anchor (`~...`). */
  var BEHIND = 'a[href*="#~"]', LINES = 8;
  function showLines(list) { each(list.querySelectorAll(BEHIND), showLinesOf); }
  function showLinesOf(link) {
    var item = link.closest("li");
    if (item.kwLines) return;
    item.kwLines = true;
    load(pageOf(link.href), function (data) {
      var lines = data && data.uses[hashOf(link)];
      if (!lines) return;
      var shown = listOf(item, "kw-at");
      lines.slice(0, LINES).forEach(function (number) { addLine(shown, link, number, data.lines[number] || ""); });
      if (lines.length > LINES) make("li", { textContent: "…" }, shown);
    });
  }
  function addLine(list, link, number, code) {
    var at = make("a", {}, make("li", {}, list)), address = new URL(link.href);
    address.hash = "L" + number;
    at.href = address.href;
    make("small", { textContent: "L" + number }, at);
    make("code", { textContent: code }, at);
  }
  function addLines(body) { each(body.querySelectorAll(".kw-uses"), addLinesButton); }
  function addLinesButton(list) {
    if (list.kwButton || list.closest(".kw-more .kw-more") || !list.querySelector(BEHIND)) return;
    list.kwButton = true;
    if (kept.get("kwindex-lines") === "1") {
      list.classList.add("kw-lined");
      if (list.offsetParent !== null) showLines(list);
    }
    var button = make("button", { type: "button", className: "kw-lines", textContent: texts.lines });
    button.setAttribute("aria-pressed", list.classList.contains("kw-lined"));
    button.addEventListener("click", function () {
      var on = list.classList.toggle("kw-lined");
      button.setAttribute("aria-pressed", on);
      kept.set("kwindex-lines", on ? "1" : "0");
      if (on) showLines(list);
    });
    list.parentElement.insertBefore(button, list);
  }
  function onToggle(event) {
    var block = event.target;
    if (!block.open || !block.matches) return;
    if (block.matches(".kw-row, .kw-more")) addLines(block);
    if (block.matches(".kw-more")) each(block.querySelectorAll(".kw-lined"), showLines);
  }

  /* Where the card of what a link leads to is: in the data of the page of its file. */
  var here, sources, files;
  function findFolders() {
    var page = new URL(frame.getAttribute("data-kw-page-of"), location.href).href, common = 0;
    here = pageOf(location.href);
    while (common < page.length && here[common] === page[common]) common += 1;
    var base = page.slice(0, page.lastIndexOf("/", common - 1) + 1);
    sources = base + "source/";
    files = base + "tree/";
  }
  function cardOf(link, then) {
    var target = pageOf(link.href), name = hashOf(link);
    if (target.startsWith(sources)) target = files + target.slice(sources.length);
    if (name && target.startsWith(files)) findCard(target, name, then); else then(null);
  }
  function findCard(page, name, then, further) {
    load(page, function (data) {
      var found = data && (data.cards[name] || data.cards[name.replace(/~\d+$/, "")]);
      if (found || !data) { then(found || null, data); return; }
      var rest = further || data.parts.slice(1).map(function (part) { return new URL(part, root).href; });
      if (rest.length) findCard(rest[0], name, then, rest.slice(1)); else then(null);
    });
  }
  function addKind(told, parent) {
    var mark = make("span", { className: "kw-kind kw-" + told[1], title: told[2] }, parent);
    make("b", { textContent: told[0] }, mark).setAttribute("aria-hidden", "true");
    make("i", { textContent: told[2] }, mark);
  }

  /* The uses of a definition, below its line. */
  var opened = [], FILES = 5;
  function isNumber(node) { return node.nodeType === 1 && node.matches(".linenos"); }
  function lineAfter(node) {
    while (node && !isNumber(node)) node = node.nextSibling;
    return node;
  }
  /* What of the text, or of what is folded, an element is in. */
  function topOf(node) {
    while (node.parentNode !== text && !node.parentNode.matches(".kw-folded")) node = node.parentNode;
    return node;
  }
  function closeUses(link) {
    if (!link.kwPanel) return;
    link.kwPanel.remove();
    link.kwPanel = null;
    link.setAttribute("aria-expanded", "false");
    opened.splice(opened.indexOf(link), 1);
  }
  function openUses(link) {
    var panel = link.kwPanel = makePanel(link.getAttribute("aria-label")), top = topOf(link);
    link.setAttribute("aria-expanded", "true");
    opened.push(link);
    top.parentNode.insertBefore(panel, lineAfter(top));
    cardOf(link, function (told, data) {
      if (link.kwPanel !== panel) return;  /* Closed again. */
      if (!told || !told[9]) { location.href = link.href; return; }
      fillUses(panel, told[9], data);
      addLines(panel);
      addEnd(panel, link, told[4]);
      say(link.getAttribute("aria-label"));
    });
  }
  function makePanel(label) {
    var panel = make("div", { className: "kw-here" });
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", label);
    /* Not that of code. */
    panel.style.fontFamily = getComputedStyle(frame).fontFamily;
    panel.style.fontSize = "0.9rem";
    return panel;
  }
  function addEnd(panel, link, name) {
    var end = make("p", {}, panel);
    make("a", { href: link.href, textContent: put(texts.about, name) }, end);
    make("button", { type: "button", textContent: texts.done }, end).addEventListener("click", function () { closeUses(link); link.focus(); });
  }
  function fillUses(panel, uses, data) {
    var list = listOf(panel, "kw-uses");
    if (uses[0].length) addOwnUses(list, uses[0]);
    uses[1].forEach(function (file, place) { addUsesIn(list, file, data.files[file[0]]).hidden = place >= FILES; });
    if (uses[1].length > FILES) addRestButton(list, uses[1].length - FILES);
    if (uses[2]) {
      var rest = make("li", {}, list), words = put(texts.moreFiles, uses[2]);
      if (uses[3]) make("a", { href: new URL(uses[3], root).href, textContent: words }, rest); else rest.append(words);
    }
  }
  function addOwnUses(list, groups) {
    var item = make("li", {}, list);
    make("b", { textContent: texts.usedHere }, item);
    addScopes(item, groups.map(function (group) {
      var row = makeScope(group[0] || texts.module, group[1], group[0] && "#" + group[0].replace(/<locals>/g, "-"));
      group[2].forEach(function (number) { row.append(" "); make("a", { href: "#L" + number, textContent: "L" + number }, row); });
      if (group[3]) row.append(" …");
      return row;
    }));
  }
  function addUsesIn(list, file, about) {
    var address = new URL(about[1], root).href, item = make("li", {}, list);
    make("a", { href: address, textContent: about[0] }, item);
    make("span", { textContent: " " + file[1] + "×" }, item);
    var rows = file[2].map(function (group) {
      return makeScope(group[0] || texts.module, group[1], group[2] ? address + "#" + group[2] : address);
    });
    if (file[3]) rows.push(make("li", { textContent: put(texts.more, file[3]) }));
    addScopes(item, rows);
    return item;
  }
  function addRestButton(list, count) {
    var button = make("button", { type: "button", textContent: put(texts.moreFiles, count) }, make("li", {}, list));
    button.addEventListener("click", function () {
      var hidden = list.querySelectorAll("[hidden]");
      each(hidden, function (one) { one.hidden = false; });
      hidden[0].querySelector("a").focus();
      button.parentElement.remove();
    });
  }
  function addScopes(parent, rows) {
    var list = listOf(parent, "kw-scopes");
    rows.forEach(function (row) { list.append(row); });
  }
  function makeScope(name, words, address) {
    var item = make("li", {}), code = make("code", {}, item);
    if (address) make("a", { href: address, textContent: name }, code); else code.append(name);
    item.append(" ");
    make("i", { textContent: words }, item);
    return item;
  }
  function addUsesButton(link) {
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    link.addEventListener("click", function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      if (link.kwPanel) closeUses(link); else openUses(link);
    });
    link.addEventListener("keydown", function (event) { if (event.key === " ") { event.preventDefault(); link.click(); } });
  }

  /* Cards, and lists where a name may mean several things. A card stays while the pointer is on it; Escape takes it away. */
  var card = null, over = null, timer = 0, same = [], places = null;
  var NAME = ".kw-source-text pre a[href]:not(.linenos):not(.kw-times):not(.kw-here a)";
  function nameAt(node) { return node && node.closest && node.closest(NAME); }
  function showCard(link) {
    hideCard();
    over = link;
    markSame(link);
    var made = card = make("div", { className: "kw-card", id: "kw-card" });
    if (link.hasAttribute("data-kw-more")) {
      fillTargets(made, link);
      attachCard(link);
      return;
    }
    made.setAttribute("role", "tooltip");
    cardOf(link, function (told) {
      if (card !== made || !told) return;
      fillCard(made, told, link);
      attachCard(link);
    });
  }
  function fillTargets(made, link) {
    made.setAttribute("role", "group");
    made.setAttribute("aria-label", texts.several);
    make("b", { textContent: link.matches(".kw-guess") ? texts.mayBe : texts.several }, made);
    var list = make("ul", {}, made);
    [link.getAttribute("href")].concat(link.getAttribute("data-kw-more").split(" ")).forEach(function (address) {
      var item = make("li", {}, list), target = make("a", { href: address }, item);
      target.textContent = hashOf(target);
      cardOf(target, function (told) {
        if (!told) return;
        target.textContent = told[4];
        addKind(told, item);
        item.prepend(item.lastChild);
        if (card === made) placeCard(link);
      });
    });
  }
  function fillCard(made, told, link) {
    var head = make("p", {}, made);
    addKind(told, head);
    head.append(" ");
    var code = make("code", {}, head);
    make("b", { textContent: told[4] }, code);
    code.append(told[3]);
    if (told[5]) make("small", { textContent: told[5] }, make("p", {}, made));
    if (told[6]) make("p", { textContent: told[6] }, made);
    var facts = [told[7], told[8]].filter(Boolean).join(" · ");
    if (link.matches(".kw-guess")) facts = texts.mayBe + " · " + facts;
    make("p", { textContent: facts, className: "kw-card-facts" }, made);
  }
  function attachCard(link) {
    tools.head.appendChild(card);
    link.setAttribute("aria-describedby", "kw-card");
    placeCard(link);
  }
  function placeCard(link) {
    if (!card.parentElement) return;
    var box = link.getBoundingClientRect(), around = tools.head.getBoundingClientRect();
    var width = Math.min(card.offsetWidth, around.width), left = Math.min(box.left, window.innerWidth - width - 12);
    var below = box.bottom + card.offsetHeight + 8 < window.innerHeight || box.top < card.offsetHeight + 8;
    card.style.left = Math.max(left, 4) - around.left + "px";
    card.style.top = (below ? box.bottom + 4 : box.top - card.offsetHeight - 4) - around.top + "px";
  }
  function hideCard() {
    clearTimeout(timer);
    if (over) over.removeAttribute("aria-describedby");
    if (card) card.remove();
    card = over = null;
    same.forEach(function (one) { one.classList.remove("kw-same"); });
    same = [];
  }
  /* Other places of the same name: those that lead where it leads, and where it is defined. */
  function markSame(link) {
    if (!places) findPlaces();
    same = places.get(link.kwTo) || [];
    if (same.length < 2) same = [];
    same.forEach(function (one) { one.classList.add("kw-same"); });
  }
  function findPlaces() {
    places = new Map();
    each(text.querySelectorAll("a[href]:not(.linenos):not(.kw-times)"), function (one) {
      var to = one.id && one.id[0] !== "~" && one.href.startsWith(files) ? here + "#" + one.id : one.href;
      if (!places.has(to)) places.set(to, []);
      places.get(to).push(one);
      one.kwTo = to;
    });
  }
  function leaveName() {
    if (card && card.matches(":hover")) { card.addEventListener("pointerleave", hideCard, { once: true }); return; }
    if (over !== document.activeElement) hideCard();
  }
  function onOver(event) {
    var link = event.pointerType !== "touch" && nameAt(event.target);
    if (!link) return;
    clearTimeout(timer);
    if (link !== over) timer = setTimeout(function () { showCard(link); }, 250);
  }
  function onOut(event) {
    if (event.pointerType === "touch" || !nameAt(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(leaveName, 200);
  }
  function onFocus(event) {
    var link = nameAt(event.target);
    if (link && link.matches(":focus-visible")) showCard(link);
  }
  function onBlur(event) {
    var left = nameAt(event.target);
    setTimeout(function () { if (over === left && !(card && card.contains(document.activeElement))) hideCard(); }, 0);
  }
  function onEscape(event) {
    if (event.key !== "Escape") return;
    if (card) {
      var inside = card.contains(document.activeElement), link = over;
      hideCard();
      if (inside) link.focus();
    } else if (opened.length && !document.querySelector("dialog[open]")) {
      var last = opened[opened.length - 1];
      closeUses(last);
      last.focus();
    }
  }
  /* A name that may mean several things leads to the list of them. */
  function onName(event) {
    var link = nameAt(event.target);
    if (!link || !link.hasAttribute("data-kw-more") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    if (over !== link || !card) showCard(link);
    card.querySelector("a").focus();
  }
  function startCards() {
    text.addEventListener("pointerover", onOver);
    text.addEventListener("pointerout", onOut);
    text.addEventListener("focusin", onFocus);
    text.addEventListener("focusout", onBlur);
    text.addEventListener("click", onName);
    document.addEventListener("keydown", onEscape);
  }

  /* Lines: `#L120-L134` marks several, a click with the shift key names them. */
  var range, first = 0;
  function lineAt(number) { return document.getElementById("L" + number); }
  function wantedLines() {
    var found = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash);
    return found && [Number(found[1]), Number(found[2] || found[1])].sort(function (a, b) { return a - b; });
  }
  function lastLine() {
    var numbers = text.querySelectorAll(".linenos");
    return numbers[numbers.length - 1];
  }
  function drawRange() {
    var lines = wantedLines(), from = lines && lineAt(lines[0]);
    range.hidden = !from;
    if (!from) return;
    var top = frame.getBoundingClientRect().top, start = from.getBoundingClientRect();
    var end = (lineAt(lines[1]) || lastLine()).getBoundingClientRect();
    range.style.top = start.top - top + "px";
    range.style.height = end.bottom - start.top + "px";
  }
  /* A line of a long file that is on another of its pages. */
  function goToPart(number) {
    var parts = document.querySelectorAll(".kw-head + .kw-jump li > *"), size = Number(frame.getAttribute("data-kw-part"));
    var part = parts[Math.ceil(number / size) - 1];
    if (part && part.href) location.replace(part.href + location.hash);
  }
  function goToHash() {
    var lines = wantedLines(), target = lines ? lineAt(lines[0]) : document.getElementById(hashOf(location));
    if (lines) first = lines[0];
    if (lines && !target) { goToPart(first); return; }
    if (target && text.contains(target)) {
      unfoldTo(target);
      if (lines) target.scrollIntoView({ block: lines[0] === lines[1] ? "center" : "start", behavior: "instant" });
    }
    drawRange();
  }
  function onNumber(event) {
    var number = event.target.closest && event.target.closest(".linenos");
    if (!number || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    var last = Number(number.id.slice(1)), from = event.shiftKey && first ? first : last;
    if (from === last) first = last;
    var address = from === last ? "#L" + last : "#L" + Math.min(from, last) + "-L" + Math.max(from, last);
    history.pushState(null, "", address);
    drawRange();
    say(address.slice(1));
  }
  function startRanges() {
    range = make("div", { className: "kw-range", hidden: true });
    range.setAttribute("aria-hidden", "true");
    frame.prepend(range);
    text.addEventListener("click", onNumber);
    window.addEventListener("hashchange", goToHash);
    window.addEventListener("popstate", drawRange);
    new ResizeObserver(drawRange).observe(text);
    window.addEventListener("load", goToHash);
    if (document.readyState === "complete") goToHash();
  }

  /* Folding by class and function. */
  function addFold(number) {
    var button = make("button", { type: "button", className: "kw-fold", tabIndex: -1 });
    button.setAttribute("aria-expanded", "true");
    button.setAttribute("aria-label", put(texts.fold, number.textContent));
    number.after(button);
    button.addEventListener("click", function () { toggleFold(button); });
  }
  function toggleFold(button) {
    if (button.kwBox) unfold(button); else fold(button);
    drawRange();
  }
  function fold(button) {
    var number = Number(button.previousSibling.id.slice(1)), end = Number(button.previousSibling.getAttribute("data-kw-end"));
    var node = lineAt(number + 1), stop = lineAt(end + 1);
    if (!node) return;
    var box = make("span", { className: "kw-folded", hidden: true });
    node.parentNode.insertBefore(box, node);
    while (box.nextSibling && box.nextSibling !== stop) box.appendChild(box.nextSibling);
    button.kwBox = box;
    button.setAttribute("aria-expanded", "false");
  }
  function unfold(button) {
    var box = button.kwBox;
    while (box.firstChild) box.parentNode.insertBefore(box.firstChild, box);
    box.remove();
    button.kwBox = null;
    button.setAttribute("aria-expanded", "true");
  }
  function unfoldTo(target) {
    each(text.querySelectorAll('.kw-fold[aria-expanded="false"]'), function (button) {
      if (button.kwBox.contains(target)) unfold(button);
    });
  }

  /* The outline stays in view, and says where the reader is. */
  var outline, entries = [], definitions = [], current = null;
  function isWide() { return getComputedStyle(outline).getPropertyValue("--kw-wide").trim() === "1"; }
  function startOutline() {
    outline = document.querySelector(".kw-outline");
    if (!outline) return;
    entries = Array.prototype.slice.call(outline.querySelectorAll("li a"));
    definitions = entries.map(function (link) { return document.getElementById(hashOf(link)); });
    var now = make("span", { className: "kw-now" }, outline.querySelector("summary")), waits = false;
    if (isWide()) outline.open = true;
    function follow() { waits = false; showCurrent(now); }
    window.addEventListener("scroll", function () { if (!waits) { waits = true; requestAnimationFrame(follow); } }, { passive: true });
    follow();
    outline.addEventListener("click", function (event) { if (event.target.closest("a") && !isWide()) outline.open = false; });
  }
  function showCurrent(now) {
    var link = entries[countAbove(120) - 1] || null;
    if (link === current) return;
    if (current) current.removeAttribute("aria-current");
    if (link) link.setAttribute("aria-current", "location");
    current = link;
    now.textContent = link ? hashOf(link).replace(/\.-\./g, ".") : "";
    if (link && outline.open && outline.scrollHeight > outline.clientHeight) {
      var row = link.closest("li"), list = row.parentElement;
      list.scrollTop = row.offsetTop - list.clientHeight / 2;
    }
  }
  /* How many definitions start above a height of the window. */
  function countAbove(height) {
    var low = 0, high = definitions.length;
    while (low < high) {
      var middle = (low + high) >> 1;
      if (definitions[middle] && heightOf(definitions[middle]) < height) low = middle + 1; else high = middle;
    }
    return low;
  }
  /* What is folded stands where the line before it stands. */
  function heightOf(element) {
    var box = element.closest(".kw-folded[hidden]"), at = element;
    while (box) {
      at = box.previousElementSibling || box.parentElement;
      box = at.closest(".kw-folded[hidden]");
    }
    return at.getBoundingClientRect().top;
  }

  /* Keys */
  var stops = [];
  function findStops() {
    if (definitions.length) return definitions;
    return Array.prototype.filter.call(text.querySelectorAll("[id]:not(.linenos)"), function (one) {
      return !/^(~|import-)/.test(one.id) && one.tagName !== "I";
    });
  }
  function step(by) {
    var list = stops.filter(function (one) { return one && !one.closest(".kw-folded[hidden]"); });
    if (!list.length) return;
    var next = list[Math.min(Math.max(stepFrom(list, by), 0), list.length - 1)];
    if (next.tagName !== "A") next.tabIndex = -1;
    next.scrollIntoView({ block: "center", behavior: "instant" });
    next.focus({ preventScroll: true, focusVisible: true });
  }
  function stepFrom(list, by) {
    var at = list.indexOf(document.activeElement);
    if (at >= 0) return at + by;
    at = list.findIndex(function (one) { return one.getBoundingClientRect().top > 100; });
    return at < 0 ? list.length - 1 : by > 0 ? at : at - 1;
  }
  /* Return what matches on the line that has the focus. */
  function onLine(what) {
    var at = document.activeElement;
    if (!at || !text.contains(at) || at === text) return null;
    var back = topOf(at);
    while (back && !isNumber(back)) back = back.previousSibling;
    for (var node = back && back.nextSibling; node && !isNumber(node); node = node.nextSibling) {
      if (node.nodeType === 1 && node.matches(what)) return node;
    }
    return null;
  }
  function goToUses() {
    var link = onLine(".kw-times");
    if (!link) { say(texts.noUses); return; }
    if (!link.kwPanel) openUses(link);
    cardOf(link, function () {
      var target = link.kwPanel && link.kwPanel.querySelector("a");
      if (target) target.focus();
    });
  }
  function foldLine() {
    var button = onLine(".kw-fold");
    if (button) toggleFold(button);
  }
  function keys() {
    return [
      { keys: "n", text: texts.kNextDefinition, act: function () { step(1); }, when: stops.length },
      { keys: "p", text: texts.kPreviousDefinition, act: function () { step(-1); }, when: stops.length },
      { keys: "u", text: texts.kUsesOf, act: goToUses, when: text.querySelector(".kw-times") },
      { keys: "o", text: texts.kFold, act: foldLine, when: text.querySelector(".kw-fold") },
      { keys: "b", text: texts.kBack, act: function () { history.back(); }, when: true }
    ];
  }

  /* Return the keys that the page has. */
  window.kwindexSource = function (handed) {
    tools = handed;
    make = tools.make; put = tools.put; say = tools.say; texts = tools.texts; kept = tools.kept;
    frame = document.querySelector(".kw-source-text");
    text = frame && frame.querySelector("pre");
    document.addEventListener("toggle", onToggle, true);
    if (!text) {
      each(document.querySelectorAll(".kw-row[open]"), addLines);
      return [];
    }
    findFolders();
    each(text.querySelectorAll(".kw-times"), addUsesButton);
    startCards();
    each(text.querySelectorAll(".linenos[data-kw-end]"), addFold);
    startOutline();
    stops = findStops();
    startRanges();
    return keys();
  };
})();
