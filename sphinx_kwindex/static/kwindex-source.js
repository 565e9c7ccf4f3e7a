/* What source pages can do beside being read: uses in place, cards, ranges of lines, folding, keys; and, on pages of files, the
   lines behind uses. What it shows is loaded when it is asked for, as scripts beside the pages, so that it works on file:// too.
   `kwindex.js` starts it. */
(function () {
  "use strict";

  var own = document.currentScript && document.currentScript.src;
  if (!own) return;
  var root = new URL("../", own);

  /* Data of pages: cards from pages of files, lines from pages of sources. */
  var known = {}, waiting = {};
  window.kwindexCards = window.kwindexLines = function (name, data) { known[new URL(name, root).href] = data; };
  function dataOf(address) {
    var url = new URL(address, location.href);
    url.hash = url.search = "";
    return url.href;
  }
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
  function hashOf(link) {
    try { return decodeURIComponent(link.hash.slice(1)); } catch (error) { return ""; }
  }

  window.kwindexSource = function (tools) {
    var make = tools.make, put = tools.put, say = tools.say, texts = tools.texts, kept = tools.kept;
    var frame = document.querySelector(".kw-source-text"), text = frame && frame.querySelector("pre");

    /* Lines behind uses: each scope that a use list names leads to its first use by an anchor (`~...`). */
    function showLines(list) {
      Array.prototype.forEach.call(list.querySelectorAll('a[href*="#~"]'), function (link) {
        var item = link.closest("li");
        if (item.kwLines) return;
        item.kwLines = true;
        load(dataOf(link.href), function (data) {
          var lines = data && data.uses[hashOf(link)];
          if (!lines) return;
          var shown = make("ul", { className: "kw-at" }, item);
          shown.setAttribute("role", "list");
          lines.slice(0, 8).forEach(function (number) {
            var at = make("a", {}, make("li", {}, shown)), address = new URL(link.href);
            address.hash = "L" + number;
            at.href = address.href;
            make("small", { textContent: "L" + number }, at);
            make("code", { textContent: data.lines[number] || "" }, at);
          });
          if (lines.length > 8) make("li", { textContent: "…" }, shown);
        });
      });
    }
    function addLines(body) {
      Array.prototype.forEach.call(body.querySelectorAll(".kw-uses"), function (list) {
        if (list.kwButton || list.closest(".kw-more .kw-more") || !list.querySelector('a[href*="#~"]')) return;
        list.kwButton = true;
        if (kept.get("kwindex-lines") === "1") { list.classList.add("kw-lined"); if (list.offsetParent !== null) showLines(list); }
        var button = make("button", { type: "button", className: "kw-lines", textContent: texts.lines });
        button.setAttribute("aria-pressed", list.classList.contains("kw-lined"));
        button.addEventListener("click", function () {
          var on = list.classList.toggle("kw-lined");
          button.setAttribute("aria-pressed", on);
          kept.set("kwindex-lines", on ? "1" : "0");
          if (on) showLines(list);
        });
        list.parentElement.insertBefore(button, list);
      });
    }
    document.addEventListener("toggle", function (event) {
      var block = event.target;
      if (!block.open || !block.matches) return;
      if (block.matches(".kw-row, .kw-more")) addLines(block);
      if (block.matches(".kw-more")) Array.prototype.forEach.call(block.querySelectorAll(".kw-lined"), showLines);
    }, true);
    if (!text) {
      Array.prototype.forEach.call(document.querySelectorAll(".kw-row[open]"), addLines);
      return [];
    }

    /* Where the card of what a link leads to is: in the data of the page of its file. */
    var here = dataOf(location.href), page = new URL(frame.getAttribute("data-kw-page-of"), location.href).href;
    var common = 0;
    while (here[common] === page[common]) common += 1;
    var base = page.slice(0, page.lastIndexOf("/", common - 1) + 1);
    var sources = base + "source/", files = base + "tree/";
    function cardOf(link, then) {
      var target = dataOf(link.href), name = hashOf(link);
      if (target.startsWith(sources)) target = files + target.slice(sources.length);
      else if (!target.startsWith(files)) { then(null); return; }
      function look(address, further) {
        load(address, function (data) {
          var card = data && (data.cards[name] || data.cards[name.replace(/~\d+$/, "")]);
          if (card || !data) { then(card || null, data); return; }
          var rest = further || data.parts.slice(1).map(function (part) { return new URL(part, root).href; });
          if (rest.length) look(rest[0], rest.slice(1)); else then(null);
        });
      }
      if (name) look(target); else then(null);
    }

    function kindMark(card, parent) {
      var mark = make("span", { className: "kw-kind kw-" + card[1], title: card[2] }, parent);
      make("b", { textContent: card[0] }, mark).setAttribute("aria-hidden", "true");
      make("i", { textContent: card[2] }, mark);
    }

    /* The uses of a definition, below its line. */
    var opened = [];
    function lineAfter(node) {
      while (node && !(node.nodeType === 1 && node.matches(".linenos"))) node = node.nextSibling;
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
      var panel = make("div", { className: "kw-here" });
      panel.setAttribute("role", "group");
      panel.setAttribute("aria-label", link.getAttribute("aria-label"));
      /* Not that of code. */
      panel.style.fontFamily = getComputedStyle(frame).fontFamily;
      panel.style.fontSize = "0.9rem";
      link.kwPanel = panel;
      link.setAttribute("aria-expanded", "true");
      opened.push(link);
      var top = topOf(link);
      top.parentNode.insertBefore(panel, lineAfter(top));
      cardOf(link, function (card, data) {
        if (!card || !card[9]) { location.href = link.href; return; }
        fillUses(panel, card[9], data);
        addLines(panel);
        var head = make("p", {}, panel);
        make("a", { href: link.href, textContent: put(texts.about, card[4]) }, head);
        make("button", { type: "button", textContent: texts.done }, head).addEventListener("click", function () { closeUses(link); link.focus(); });
        say(link.getAttribute("aria-label"));
      });
    }
    function topOf(node) {
      while (node.parentNode !== text && !node.parentNode.matches(".kw-folded")) node = node.parentNode;
      return node;
    }
    function fillUses(panel, uses, data) {
      var list = make("ul", { className: "kw-uses" }, panel);
      list.setAttribute("role", "list");
      if (uses[0].length) {
        var mine = make("li", {}, list);
        make("b", { textContent: texts.usedHere }, mine);
        scopes(mine, uses[0].map(function (group) {
          var item = scope(group[0] || texts.module, group[1], group[0] && "#" + group[0].replace(/<locals>/g, "-"));
          group[2].forEach(function (number) { item.append(" "); make("a", { href: "#L" + number, textContent: "L" + number }, item); });
          if (group[3]) item.append(" …");
          return item;
        }));
      }
      uses[1].forEach(function (file, place) {
        var known = data.files[file[0]], address = new URL(known[1], root).href;
        var item = make("li", { hidden: place >= 5 }, list);
        make("a", { href: address, textContent: known[0] }, item);
        make("span", { textContent: " " + file[1] + "×" }, item);
        var items = file[2].map(function (group) {
          return scope(group[0] || texts.module, group[1], group[2] ? address + "#" + group[2] : address);
        });
        if (file[3]) items.push(make("li", { textContent: put(texts.more, file[3]) }));
        scopes(item, items);
      });
      var hidden = uses[1].length - 5;
      if (hidden > 0) {
        var button = make("button", { type: "button", textContent: put(texts.moreFiles, hidden) }, make("li", {}, list));
        button.addEventListener("click", function () {
          Array.prototype.forEach.call(list.querySelectorAll("[hidden]"), function (one) { one.hidden = false; });
          list.querySelectorAll(":scope > li")[5].querySelector("a").focus();
          button.parentElement.remove();
        });
      }
      if (uses[2]) {
        var rest = make("li", {}, list), words = put(texts.moreFiles, uses[2]);
        if (uses[3]) make("a", { href: new URL(uses[3], root).href, textContent: words }, rest); else rest.append(words);
      }
    }
    function scopes(parent, items) {
      var list = make("ul", { className: "kw-scopes" }, parent);
      list.setAttribute("role", "list");
      items.forEach(function (item) { list.append(item); });
    }
    function scope(name, words, address) {
      var item = make("li", {}), code = make("code", {}, item);
      if (address) make("a", { href: address, textContent: name }, code); else code.append(name);
      item.append(" ");
      make("i", { textContent: words }, item);
      return item;
    }
    Array.prototype.forEach.call(text.querySelectorAll(".kw-times"), function (link) {
      link.setAttribute("role", "button");
      link.setAttribute("aria-expanded", "false");
      link.addEventListener("click", function (event) {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        if (link.kwPanel) closeUses(link); else openUses(link);
      });
      link.addEventListener("keydown", function (event) { if (event.key === " ") { event.preventDefault(); link.click(); } });
    });

    /* Cards, and lists where a name may mean several things. A card stays while the pointer is on it; Escape takes it away. */
    var card = null, over = null, timer = 0, same = [];
    function describe(link) {
      card = make("div", { className: "kw-card", id: "kw-card" });
      var at = card, several = link.getAttribute("data-kw-more"), found = false;
      if (several) {
        card.setAttribute("role", "group");
        card.setAttribute("aria-label", texts.several);
        make("b", { textContent: link.matches(".kw-guess") ? texts.mayBe : texts.several }, card);
        var list = make("ul", {}, card);
        [link.getAttribute("href")].concat(several.split(" ")).forEach(function (address) {
          var item = make("li", {}, list), target = make("a", { href: address }, item);
          target.textContent = hashOf(target);
          cardOf(target, function (told) { if (told) { target.textContent = told[4]; kindMark(told, item); item.prepend(item.lastChild); place(link); } });
        });
        found = true;
      } else card.setAttribute("role", "tooltip");
      return { at: at, found: found };
    }
    function fillCard(at, told, link) {
      var head = make("p", {}, at);
      kindMark(told, head);
      head.append(" ");
      var code = make("code", {}, head);
      make("b", { textContent: told[4] }, code);
      code.append(told[3]);
      if (told[5]) make("small", { textContent: told[5] }, make("p", {}, at));
      if (told[6]) make("p", { textContent: told[6] }, at);
      var facts = [told[7], told[8]].filter(Boolean).join(" · ");
      if (link.matches(".kw-guess")) facts = texts.mayBe + " · " + facts;
      make("p", { textContent: facts, className: "kw-card-facts" }, at);
    }
    function place(link) {
      if (!card || !card.parentElement) return;
      var box = link.getBoundingClientRect(), around = tools.head.getBoundingClientRect();
      var width = Math.min(card.offsetWidth, around.width), left = Math.min(box.left, window.innerWidth - width - 12);
      var below = box.bottom + card.offsetHeight + 8 < window.innerHeight || box.top < card.offsetHeight + 8;
      card.style.left = Math.max(left, 4) - around.left + "px";
      card.style.top = (below ? box.bottom + 4 : box.top - card.offsetHeight - 4) - around.top + "px";
    }
    function show(link) {
      hide();
      over = link;
      mark(link);
      var ready = describe(link);
      if (ready.found) { attach(link); return; }
      cardOf(link, function (told) {
        if (over !== link || !told) return;
        fillCard(ready.at, told, link);
        attach(link);
      });
    }
    function attach(link) {
      tools.head.appendChild(card);
      link.setAttribute("aria-describedby", "kw-card");
      place(link);
    }
    function hide() {
      clearTimeout(timer);
      if (over) over.removeAttribute("aria-describedby");
      if (card) card.remove();
      card = over = null;
      same.forEach(function (one) { one.classList.remove("kw-same"); });
      same = [];
    }
    /* Other places of the same name: those that lead where it leads, and where it is defined. */
    var places = null;
    function mark(link) {
      if (!places) {
        places = new Map();
        Array.prototype.forEach.call(text.querySelectorAll("a[href]:not(.linenos):not(.kw-times)"), function (one) {
          var to = one.id && one.id[0] !== "~" && one.href.startsWith(files) ? here + "#" + one.id : one.href;
          if (!places.has(to)) places.set(to, []);
          places.get(to).push(one);
          one.kwTo = to;
        });
      }
      same = places.get(link.kwTo) || [];
      if (same.length < 2) same = [];
      same.forEach(function (one) { one.classList.add("kw-same"); });
    }
    function isName(at) { return at && at.closest && at.closest(".kw-source-text pre a[href]:not(.linenos):not(.kw-times):not(.kw-here a)"); }
    text.addEventListener("pointerover", function (event) {
      if (event.pointerType === "touch") return;
      var link = isName(event.target);
      if (!link) return;
      clearTimeout(timer);
      if (link === over) return;
      timer = setTimeout(function () { show(link); }, 250);
    });
    text.addEventListener("pointerout", function (event) {
      if (event.pointerType === "touch" || !isName(event.target)) return;
      clearTimeout(timer);
      timer = setTimeout(leave, 200);
    });
    function leave() {
      if (card && card.matches(":hover")) { card.addEventListener("pointerleave", hide, { once: true }); return; }
      if (over !== document.activeElement) hide();
    }
    text.addEventListener("focusin", function (event) {
      var link = isName(event.target);
      if (link && link.matches(":focus-visible")) show(link);
    });
    text.addEventListener("focusout", function (event) {
      var left = isName(event.target);
      setTimeout(function () { if (over === left && !(card && card.contains(document.activeElement))) hide(); }, 0);
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      if (card) {
        var inside = card.contains(document.activeElement), link = over;
        hide();
        if (inside) link.focus();
      } else if (opened.length && !document.querySelector("dialog[open]")) {
        var last = opened[opened.length - 1];
        closeUses(last);
        last.focus();
      }
    });
    text.addEventListener("click", function (event) {
      var link = isName(event.target);
      if (!link || !link.hasAttribute("data-kw-more") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      if (over !== link || !card) show(link);
      var first = card.querySelector("a");
      if (first) first.focus();
    });

    /* Lines: `#L120-L134` marks several, a click with the shift key names them. */
    var range = make("div", { className: "kw-range", hidden: true }), first = 0;
    range.setAttribute("aria-hidden", "true");
    frame.prepend(range);
    function line(number) { return document.getElementById("L" + number); }
    function wanted() {
      var found = /^#L(\d+)(?:-L?(\d+))?$/.exec(location.hash);
      return found && [Number(found[1]), Number(found[2] || found[1])].sort(function (a, b) { return a - b; });
    }
    function drawRange() {
      var lines = wanted(), from = lines && line(lines[0]), to = lines && line(lines[1]);
      if (from && !to) { to = from; Array.prototype.forEach.call(text.querySelectorAll(".linenos"), function (one) { to = one; }); }
      range.hidden = !from;
      if (!from) return;
      var top = frame.getBoundingClientRect().top, start = from.getBoundingClientRect(), end = to.getBoundingClientRect();
      range.style.top = start.top - top + "px";
      range.style.height = end.bottom - start.top + "px";
    }
    /* A line of a long file that is on another of its pages. */
    function otherPart(number) {
      var parts = document.querySelectorAll(".kw-head + .kw-jump li > *"), size = Number(frame.getAttribute("data-kw-part"));
      var part = parts[Math.ceil(number / size) - 1];
      if (part && part.href) location.replace(part.href + location.hash);
    }
    function goRange() {
      var lines = wanted(), id = "", target = null;
      if (lines) {
        first = lines[0];
        target = line(first);
        if (!target) { otherPart(first); return; }
      }
      else { try { id = decodeURIComponent(location.hash.slice(1)); } catch (error) { return; } target = id && document.getElementById(id); }
      if (target && text.contains(target)) {
        unfoldTo(target);
        if (lines) target.scrollIntoView({ block: lines[0] === lines[1] ? "center" : "start", behavior: "instant" });
      }
      drawRange();
    }
    text.addEventListener("click", function (event) {
      var number = event.target.closest && event.target.closest(".linenos");
      if (!number || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      var last = Number(number.id.slice(1)), from = event.shiftKey && first ? first : last;
      if (from === last) first = last;
      var address = from === last ? "#L" + last : "#L" + Math.min(from, last) + "-L" + Math.max(from, last);
      history.pushState(null, "", address);
      drawRange();
      say(address.slice(1));
    });
    window.addEventListener("hashchange", goRange);
    window.addEventListener("popstate", drawRange);
    new ResizeObserver(drawRange).observe(text);

    /* Folding by class and function. */
    function fold(button) {
      var number = Number(button.previousSibling.id.slice(1)), end = Number(button.previousSibling.getAttribute("data-kw-end"));
      var node = line(number + 1), stop = line(end + 1), parent = node && node.parentNode;
      if (!node) return;
      var box = make("span", { className: "kw-folded", hidden: true });
      parent.insertBefore(box, node);
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
    function toggleFold(button) { if (button.kwBox) unfold(button); else fold(button); drawRange(); }
    function unfoldTo(target) {
      Array.prototype.forEach.call(text.querySelectorAll('.kw-fold[aria-expanded="false"]'), function (button) {
        if (button.kwBox.contains(target)) unfold(button);
      });
    }
    Array.prototype.forEach.call(text.querySelectorAll(".linenos[data-kw-end]"), function (number) {
      var button = make("button", { type: "button", className: "kw-fold", tabIndex: -1 });
      button.setAttribute("aria-expanded", "true");
      button.setAttribute("aria-label", put(texts.fold, number.textContent));
      number.after(button);
      button.addEventListener("click", function () { toggleFold(button); });
    });

    /* The outline stays in view, and says where the reader is. */
    var outline = document.querySelector(".kw-outline"), definitions = [], current = null;
    if (outline) {
      var links = Array.prototype.slice.call(outline.querySelectorAll("li a"));
      definitions = links.map(function (link) { return document.getElementById(hashOf(link)); });
      var now = make("span", { className: "kw-now" }, outline.querySelector("summary"));
      if (getComputedStyle(outline).getPropertyValue("--kw-wide").trim() === "1") outline.open = true;
      var waits = false;
      var follow = function () {
        waits = false;
        var low = 0, high = definitions.length;
        while (low < high) {
          var middle = (low + high) >> 1;
          if (definitions[middle] && topOn(definitions[middle]) < 120) low = middle + 1; else high = middle;
        }
        var link = links[low - 1] || null;
        if (link === current) return;
        if (current) current.removeAttribute("aria-current");
        if (link) link.setAttribute("aria-current", "location");
        current = link;
        now.textContent = link ? hashOf(link).replace(/\.-\./g, ".") : "";
        if (link && outline.open && outline.scrollHeight > outline.clientHeight) {
          var row = link.closest("li"), list = row.parentElement;
          list.scrollTop = row.offsetTop - list.clientHeight / 2;
        }
      };
      window.addEventListener("scroll", function () { if (!waits) { waits = true; requestAnimationFrame(follow); } }, { passive: true });
      follow();
      outline.addEventListener("click", function (event) {
        if (event.target.closest("a") && getComputedStyle(outline).getPropertyValue("--kw-wide").trim() !== "1") outline.open = false;
      });
    }
    /* What is folded stands where the line before it stands. */
    function topOn(element) {
      var box = element.closest(".kw-folded[hidden]"), at = element;
      while (box) {
        at = box.previousElementSibling || box.parentElement;
        box = at.closest(".kw-folded[hidden]");
      }
      return at.getBoundingClientRect().top;
    }

    /* Keys */
    var all = definitions.length ? definitions : Array.prototype.filter.call(text.querySelectorAll("[id]:not(.linenos)"), function (one) {
      return !/^(~|import-)/.test(one.id) && one.tagName !== "I";
    });
    function step(by) {
      var list = all.filter(function (one) { return one && !one.closest(".kw-folded[hidden]"); });
      if (!list.length) return;
      var at = list.indexOf(document.activeElement);
      if (at < 0) {
        at = list.findIndex(function (one) { return one.getBoundingClientRect().top > 100; });
        at = at < 0 ? list.length - 1 : by > 0 ? at : at - 1;
      } else at += by;
      var next = list[Math.min(Math.max(at, 0), list.length - 1)];
      if (next.tagName !== "A") next.tabIndex = -1;
      next.scrollIntoView({ block: "center", behavior: "instant" });
      next.focus({ preventScroll: true, focusVisible: true });
    }
    function ofLine(what) {
      var at = document.activeElement;
      if (!at || !text.contains(at) || at === text) return null;
      var node = topOf(at), back = node;
      while (back && !(back.nodeType === 1 && back.matches(".linenos"))) back = back.previousSibling;
      for (node = back && back.nextSibling; node && !(node.nodeType === 1 && node.matches(".linenos")); node = node.nextSibling) {
        if (node.nodeType === 1 && node.matches(what)) return node;
      }
      return null;
    }
    function goUses() {
      var link = ofLine(".kw-times");
      if (!link) { say(texts.noUses); return; }
      if (!link.kwPanel) openUses(link);
      cardOf(link, function () {
        var target = link.kwPanel && link.kwPanel.querySelector("a");
        if (target) target.focus();
      });
    }
    window.addEventListener("load", goRange);
    if (document.readyState === "complete") goRange();
    return [
      { keys: "n", text: texts.kNextDefinition, act: function () { step(1); }, when: all.length },
      { keys: "p", text: texts.kPreviousDefinition, act: function () { step(-1); }, when: all.length },
      { keys: "u", text: texts.kUsesOf, act: goUses, when: text.querySelector(".kw-times") },
      { keys: "o", text: texts.kFold, act: function () { var button = ofLine(".kw-fold"); if (button) toggleFold(button); }, when: text.querySelector(".kw-fold") },
      { keys: "b", text: texts.kBack, act: function () { history.back(); }, when: true }
    ];
  };
})();
