/* The search box: keywords of the whole project by whatever one remembers of them; files, headings, and functions by types.
   Nothing is loaded before somebody types; then the few scripts that hold what is asked for, so that it works on file://
   too. `ext/search.py` says what is in them. `kwindex.js` opens the box. */
(function () {
  "use strict";

  var source = document.currentScript && document.currentScript.src;
  if (!source || !window.HTMLDialogElement) return;

  var MOST = 30; /* results shown */
  var NAMES = 24; /* names whose keywords are looked up; */
  var FIRST = 8; /* of these, so many before anything is shown */
  var ENOUGH = 12; /* names, so that nothing less alike is looked for */
  var PAGES = 4; /* pages of the A-Z index to look at for one start */
  var WORDS = 5; /* words that are looked up for one way of asking */
  var LONGEST = 200; /* letters of a query */
  var FUNCTION = 1, CLASS = 2, VALUE = 4, TEST = 8, PUBLIC = 16;
  var MARKS = { function: FUNCTION, method: FUNCTION, macro: FUNCTION, class: CLASS, exception: CLASS, struct: CLASS, union: CLASS, enum: CLASS, interface: CLASS, trait: CLASS, namespace: CLASS, property: VALUE, attribute: VALUE, data: VALUE, type: VALUE, typevar: VALUE };
  var FILTERS = { fn: FUNCTION, class: CLASS, const: VALUE };
  var DIGITS = {}, DIGIT = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_";
  Array.from(DIGIT).forEach(function (digit, value) { DIGITS[digit] = value; });

  /* Loading. What is not there is null: it is not asked for twice. */
  var data = {}, waiting = {};
  window.kwindexData = function (name, value) { data[name] = value; };
  function load(name, then) {
    if (name in data) { then(); return; }
    if (waiting[name]) { waiting[name].push(then); return; }
    waiting[name] = [then];
    var script = document.createElement("script");
    script.onload = script.onerror = function () {
      var told = waiting[name];
      delete waiting[name];
      if (!(name in data)) data[name] = null;
      script.remove();
      told.forEach(function (one) { one(); });
    };
    script.src = new URL("kwindex/" + name.split("/").map(encodeURIComponent).join("/") + ".js", source).href;
    document.head.appendChild(script);
  }

  /* Texts of which each tells how much of the one before it is the same, with so many marks before it. */
  function unpack(text, marks, make) {
    var before = "";
    return !text ? [] : text.split("\n").map(function (line) {
      before = before.slice(0, DIGITS[line[marks]]) + line.slice(marks + 1);
      return make(before, line);
    });
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
    var group = groupOf(key), before = null, found = [];
    data.index.letters.forEach(function (page) {
      if (page[0] !== group) return;
      if (page[1] <= key) before = page;
      else if (page[1].startsWith(key)) found.push(page);
    });
    return before ? [before].concat(found) : found;
  }
  function pageOf(name) { return pagesFor(sortKey(name.toLowerCase()))[0]; }
  function checksum(text) {
    var number = 2166136261;
    for (var at = 0; at < text.length; at += 1) number = Math.imul(number ^ text.charCodeAt(at), 16777619);
    return number >>> 0;
  }
  function partOf(page, key) { return "parts/" + page[2] + "-" + (checksum(key) % page[3]); }

  /* The words of a name, as `search_data.py` has them; a name is taken apart when it is first compared. */
  var WORD = /[A-Z]+(?![a-z])|[A-Z]?(?:(?![A-Z])[\p{L}\p{Nl}\p{No}])+|\p{Nd}+(?:(?![A-Z])[\p{L}\p{Nl}\p{No}])*/gu;
  function wordsOf(text) { return (text.match(WORD) || []).map(function (word) { return word.toLowerCase(); }); }
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
  function apart(item) {
    if (item.words) return item;
    item.words = wordsOf(item.name);
    item.whole = item.words.join("");
    item.letters = lettersOf(item.whole);
    item.initials = item.words.map(function (word) { return word[0]; }).join("");
    item.digits = /\d/.test(item.whole) ? item.words.map(function (word) { return word.replace(/^(\d)\d*(.?).*$|^(\D).*$/, "$1$2$3"); }).join("") : item.initials;
    return item;
  }
  var items = new Map(), lists = {};
  function itemOf(name, line) {
    var item = items.get(name);
    if (!item) items.set(name, (item = { name: name, marks: DIGITS[line[0]], weight: DIGITS[line[1]] }));
    return item;
  }
  function listOf(key, text) { return lists[key] || (lists[key] = unpack(text, 2, itemOf)); }
  var dictionary = null;
  function words() {
    if (!dictionary) {
      dictionary = [];
      Object.keys(data.index.words).forEach(function (page) {
        unpack(data.index.words[page], 2, function (word, line) {
          var first = DIGITS[line[0]], inner = DIGITS[line[1]];
          dictionary.push({ word: word, page: page, first: first, inner: inner, cost: (first && 1 << first) + (inner && 1 << inner), letters: lettersOf(word) });
        });
      });
    }
    return dictionary;
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
        row.push(Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1)));
        if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
        least = Math.min(least, row[j]);
      }
      if (least > most) return most + 1;
      before = last; last = row;
    }
    return last[other.length];
  }
  function slipsAllowed(length) { return length < 4 ? 0 : length < 8 ? 1 : 2; }

  /* How a name is like what was asked for; lower is better. 0 the name, 1 in another case, 2 and 3 its start likewise, 5 the
     start of one of its words, 6 its initials, 7 in its middle (whatever the underscores), 8 all words in any order, 9 and 10
     slips of the keyboard; -1 not at all. Who types small letters means any. */
  function likeness(item, ask) {
    var name = item.name, folded = (item.folded = item.folded || name.toLowerCase()), any = ask.text === ask.folded;
    if (name === ask.text || (any && folded === ask.folded)) return 0;
    if (folded === ask.folded || sortKey(folded) === ask.folded) return 1;
    if (ask.isExact) return -1;
    if (name.startsWith(ask.text) || (any && folded.startsWith(ask.folded))) return 2;
    if (ask.isCapital && name.replace(/[^A-Z]/g, "") === ask.text) return 2.5; /* `BE`: BuildEnvironment */
    if (folded.startsWith(ask.folded) || sortKey(folded).startsWith(ask.folded)) return 3;
    var whole = ask.whole;
    if (whole.length < 2) return -1;
    apart(item);
    if (ask.words.length > 1 && ask.words.length === item.words.length && looseWords(item.words, ask.words) === 0) return 3.5;
    if (item.whole.startsWith(whole)) return 4;
    var at = item.whole.indexOf(whole);
    if (at > 0) {
      for (var start = 0, number = 0; number < item.words.length; number += 1) {
        if (item.whole.startsWith(whole, start)) return 5;
        start += item.words[number].length;
      }
    }
    if (ask.isOne && item.words.length > 1 && (item.initials.startsWith(whole) || item.digits.startsWith(whole))) return item.initials.length === whole.length ? 6 : 6.5;
    if (at > 0) return 7;
    if (ask.words.length > 1) {
      var loose = looseWords(item.words, ask.words);
      if (loose >= 0) return 8 + loose / 10;
    }
    if (!ask.most || bits(item.letters ^ ask.letters) > 2 * ask.most) return -1;
    var found = slips(item.whole, whole, ask.most);
    return found <= ask.most ? 8 + found : -1;
  }
  /* How many of the words asked for are but the start of one of a name; -1 if one is not there. Each of the name counts once. */
  function looseWords(own, asked) {
    var free = own.slice(), loose = 0;
    for (var turn = 0; turn < 2; turn += 1) {
      for (var i = 0; i < asked.length; i += 1) {
        var word = asked[i], at = turn ? (own.indexOf(word) >= 0 && asked.indexOf(word) === i ? -2 : free.findIndex(function (one) { return one.startsWith(word); })) : free.indexOf(word);
        if (turn && at === -1) return -1;
        if (turn && at >= 0) loose += 1;
        if (at >= 0) free.splice(at, 1);
      }
    }
    return Math.min(loose, 9);
  }

  /* What a text asks for. */
  function parse(text) {
    var ask = { isExact: false, marks: 0, isTest: false, inside: "", takes: [], returns: [], left: null, text: "" };
    var quoted = [], kept = [], side = null;
    text = text.slice(0, LONGEST).replace(/"([^"]*)"?/g, function (_, inside) { quoted.push(inside); return " "; });
    var pieces = text.replace(/->|→/g, " -> ").split(/\s+/).filter(Boolean);
    for (var at = 0; at < pieces.length; at += 1) {
      var match = /^(fn|class|const|test|in|takes|returns):(.*)$/.exec(pieces[at]);
      if (pieces[at] === "->") { ask.left = kept; side = ask.returns; continue; }
      if (!match) { (side || kept).push(pieces[at]); continue; }
      var name = match[1], value = match[2];
      if (FILTERS[name]) ask.marks |= FILTERS[name];
      if (name === "test") ask.isTest = true;
      if (/^(in|takes|returns)$/.test(name)) {
        if (!value) value = pieces[(at += 1)] || "";
        if (name === "in") ask.inside = value.toLowerCase(); else ask[name].push(value);
      } else if (value) kept.push(value);
    }
    ["takes", "returns"].forEach(function (side) { ask[side] = ask[side].join(",").split(/[,|[\]]+/).map(function (type) { return type.trim(); }).filter(Boolean); });
    if (ask.left) ask.left = kept.join(",").split(/[,|[\]]+/).filter(Boolean);
    ask.isTyped = !!(ask.left || ask.takes.length || ask.returns.length);
    ask.isExact = quoted.length > 0;
    return aim(ask, (ask.left ? "" : kept.join(" ")) || quoted.join(" "));
  }
  /* What stands before a dot has to stand before the name as well. */
  function aim(ask, text) {
    var isOne = !/\s/.test(text), parts = isOne ? text.split(".") : [text], tail = parts.pop();
    if (!tail && parts.length) tail = parts.pop();
    ask.all = text;
    ask.outer = parts.filter(Boolean).join(".").toLowerCase();
    ask.text = tail;
    ask.folded = tail.toLowerCase();
    ask.isOne = isOne;
    ask.isCapital = /^[A-Z]{2,8}$/.test(tail);
    ask.words = wordsOf(tail);
    ask.whole = ask.words.join("");
    ask.letters = lettersOf(ask.whole);
    ask.most = slipsAllowed(ask.whole.length);
    return ask;
  }

  /* One look at what is loaded. `need` returns a script, or notes that it is wanted. */
  function Look() { this.wanted = new Set(); }
  Look.prototype.need = function (name) {
    if (name in data) return data[name];
    this.wanted.add(name);
    return null;
  };
  /* The scripts with keywords, once their files are there. */
  Look.prototype.parts = function (names) {
    var all = names.map(this.need, this);
    return this.need("paths") ? all.filter(Boolean) : [];
  };
  Look.prototype.names = function (page) {
    var text = this.need("names/" + page[2]);
    return text === null ? [] : listOf("names/" + page[2], text);
  };
  Look.prototype.withWord = function (found) {
    var all = [], look = this;
    if (found.inner) {
      var inner = this.need("inner/" + found.page);
      if (inner && inner[found.word]) all.push(listOf("inner/" + found.page + "/" + found.word, inner[found.word]));
    }
    if (found.first) pagesFor(found.word).slice(0, PAGES).forEach(function (page) { all.push(look.names(page)); });
    return all;
  };

  /* Names that are like what is asked for, each with its rank; the best first. */
  function findNames(ask, look) {
    var found = new Map();
    function take(list) {
      list.forEach(function (item) {
        if (found.has(item) || (ask.marks && !(item.marks & ask.marks)) || (ask.isTest && !(item.marks & TEST))) return;
        var rank = likeness(item, ask);
        if (rank >= 0) found.set(item, rank);
      });
    }
    function enough() { return found.size >= ENOUGH; }
    function fetch(list) { list.forEach(function (one) { look.withWord(one).forEach(take); }); }
    if (ask.isOne && ask.text) pagesFor(sortKey(ask.folded)).slice(0, PAGES).forEach(function (page) { take(look.names(page)); });
    if (!ask.isExact && ask.whole.length > 1 && !(ask.isQuick && enough())) {
      fetch(ask.words.length > 1 ? rarest(ask.words) : startingWords(ask.whole));
      if (ask.isQuick) return ranked(); /* the rest when somebody pauses */
      if ((ask.isCapital || !enough()) && ask.isOne && ask.whole.length < 9) pagesFor(ask.whole[0]).forEach(function (page) { take(look.names(page)); });
      if (!enough() && ask.whole.length > 2) fetch(middleWords(ask.whole));
      if (!enough() && ask.most && !look.wanted.size) fetch(likeWords(ask));
    }
    return ranked();
    function ranked() { return Array.from(found, function (pair) { return { item: pair[0], rank: pair[1] }; }).sort(compareNames); }
  }
  function compareNames(a, b) {
    return Math.floor(a.rank) - Math.floor(b.rank) || (b.item.marks & PUBLIC) - (a.item.marks & PUBLIC) || a.rank - b.rank || extra(a) - extra(b) ||
      b.item.weight - a.item.weight || a.item.name.length - b.item.name.length || (a.item.name < b.item.name ? -1 : 1);
  }
  /* Words that nobody asked for: only where several were. */
  function extra(one) { return one.rank >= 5 ? apart(one.item).words.length : 0; }
  function byCost(a, b) { return a.cost - b.cost || (a.word < b.word ? -1 : 1); }
  function starting(text) { return words().filter(function (one) { return one.word.startsWith(text); }); }
  function startingWords(whole) {
    var longer = starting(whole).sort(function (a, b) { return a.word.length - b.word.length || b.cost - a.cost; }).slice(0, WORDS * 2);
    var shorter = words().filter(function (one) { return one.word.length > 2 && one.word.length < whole.length && whole.startsWith(one.word); });
    return longer.concat(shorter.sort(function (a, b) { return b.word.length - a.word.length; }).slice(0, 2));
  }
  /* Of several words, those that fewest names have: the others are looked for in these. */
  function rarest(asked) {
    var best = null, least = Infinity;
    asked.forEach(function (word) {
      var found = starting(word), cost = costOf(found);
      if (word.length > 1 && found.length && cost < least) { least = cost; best = found; }
    });
    return (best || []).sort(function (a, b) { return a.word.length - b.word.length || b.cost - a.cost; }).slice(0, WORDS * 2);
  }
  /* Words that a text may be in the middle of, or reach into: of each way to part it, the words that fewer names have. */
  function middleWords(whole) {
    var all = words(), found = new Map(), ends = [], inside = [];
    for (var k = 0; k <= whole.length; k += 1) { ends.push([]); inside.push([]); }
    all.forEach(function (one) {
      var word = one.word;
      if (word.length > whole.length && word.indexOf(whole) > 0) found.set(one, 0);
      for (var k = Math.min(word.length, whole.length - 1); k > 0; k -= 1) if (whole.startsWith(word.slice(word.length - k))) ends[k].push(one);
      if (word.length > 2) for (var at = whole.indexOf(word, 1); at > 0; at = whole.indexOf(word, at + 1)) inside[at].push(one);
    });
    var ways = [];
    function way(list, isSure) { if (list.length) ways.push({ isSure: isSure, cost: costOf(list), words: list }); }
    for (k = 1; k < whole.length; k += 1) {
      var rest = whole.slice(k), next = rest.length > 1 || ends[k].length ? all.filter(function (one) { return one.word.startsWith(rest); }) : [];
      [next, inside[k]].forEach(function (list) {
        var both = ends[k].length && list.length;
        if (both) way(costOf(ends[k]) < costOf(list) ? ends[k] : list, true);
        else if (list === next ? rest.length > 3 : list.length) way(list, false);
      });
    }
    /* What is surely possible; then what may be, since short words stand before or behind. */
    ways.sort(function (a, b) { return b.isSure - a.isSure || a.cost - b.cost; });
    ways.forEach(function (way) { way.words.forEach(function (one) { if (found.size < WORDS * 3) found.set(one, 1); }); });
    return Array.from(found.keys()).slice(0, WORDS * 3);
  }
  function costOf(list) { return list.reduce(function (sum, one) { return sum + one.cost; }, 0); }
  /* Words that are what was typed, but for a slip; of several typed ones also those that are right, if they are rare. */
  function likeWords(ask) {
    var found = new Map(), all = words();
    function add(list, most) { list.slice(0, most).forEach(function (one) { found.set(one, true); }); }
    ask.words.forEach(function (word) {
      if (word.length < 3) return;
      var most = Math.min(ask.most, word.length < 8 ? 1 : 2), letters = lettersOf(word), near = [];
      all.forEach(function (one) {
        if (Math.abs(one.word.length - word.length) > most || bits(one.letters ^ letters) > 2 * most) return;
        var count = slips(one.word, word, most);
        if (count <= most) near.push({ one: one, count: count });
      });
      near.sort(function (a, b) { return a.count - b.count || b.one.cost - a.one.cost; });
      add(near.map(function (row) { return row.one; }), WORDS);
    });
    var edges = all.filter(function (one) { return one.word.length > 3 && (ask.whole.startsWith(one.word) || ask.whole.endsWith(one.word)); });
    add(edges.sort(byCost), WORDS);
    return Array.from(found.keys()).sort(byCost).slice(0, WORDS * 2);
  }

  /* The keywords of names. */
  function addressOf(path, isFolder) {
    var ends = isFolder ? data.index.folder : data.index.file;
    return data.paths.other[path] || ends[0] + path.replace(/\/$/, "").split("/").map(encodeURIComponent).join("/") + ends[1];
  }
  function addressOfNames(page) { return page[4] || data.index.letter.join(page[2]); }
  /* Files by what stands for them in parts: a checksum, of a longer text where another path had it before. */
  function files() {
    var known = data.paths;
    if (known.byCode) return known.byCode;
    known.byCode = new Map();
    paths().forEach(function (one) {
      if (one.path.endsWith("/")) return;
      var text = one.path, code;
      while (known.byCode.has((code = checksum(text) & 0x3fffffff))) text += "~~";
      known.byCode.set(code, one.path);
    });
    return known.byCode;
  }
  function paths() {
    var known = data.paths;
    return known.list || (known.list = unpack(known.paths, 0, function (path) { return { path: path, folded: path.toLowerCase() }; }));
  }
  function fileOf(code) {
    var number = 0;
    for (var at = 4; at >= 0; at -= 1) number = number * 64 + DIGITS[code[at]];
    return files().get(number) || "";
  }
  function moduleOf(path) { return path.replace(/(\/__init__)?\.\w+$/, "").replace(/\//g, "."); }
  /* Where the lines of each name are in a part. */
  var starts = new Map();
  function linesOf(part, name) {
    var byName = starts.get(part);
    if (!byName) {
      starts.set(part, (byName = new Map()));
      part.split(/\n(?=[#=])/).forEach(function (text) {
        var lines = text.split("\n"), cells = lines[0].split("\t");
        byName.set(cells[0], { total: +(cells[1] || 0), lines: lines.slice(1) });
      });
    }
    return byName.get("=" + name) || byName.get("#" + codeOf(name));
  }
  function codeOf(text) {
    for (var number = checksum(text), code = "", at = 0; at < 4; at += 1, number >>>= 6) code += DIGIT[number & 63];
    return code;
  }
  function keywordsOf(part, name, take) {
    var known = part && linesOf(part, name);
    if (!known) return 0;
    known.lines.forEach(function (line) {
      var cells = line.slice(7).split("\t"), bits = DIGITS[line[1]], path = fileOf(line.slice(2, 7)), ends = data.index.file[1], address = addressOf(path, false);
      if (cells[0]) address = address.slice(0, address.length - ends.length) + "~p" + cells[0] + ends;
      take({ kind: data.index.kinds[DIGITS[line[0]]], name: name, outer: cells[1] || "", flags: bits & 3, weight: bits >> 2, summary: cells[2] || "", typeCode: cells[3] || "", types: "",
             path: path, address: address, anchor: cells[4] === "-" ? "" : cells[4] || ((cells[1] || "") + name).replace(/<locals>/g, "-") });
    });
    return known.total;
  }
  function partsOf(item, ask, look) {
    var page = pageOf(item.name);
    if (!page) return [];
    var wanted = [partOf(page, item.name)];
    if (ask.outer) wanted.push(partOf(page, ask.outer.slice(ask.outer.lastIndexOf(".") + 1) + "." + item.name));
    if (ask.inside) for (var at = 0; at < Math.min(page[3], 12); at += 1) wanted.push("parts/" + page[2] + "-" + at);
    return look.parts(Array.from(new Set(wanted)));
  }
  var NOTHING = { results: [], isMore: false };
  function findKeywords(ask, look) {
    var names = findNames(ask, look), results = [], most = ask.outer ? NAMES * 12 : NAMES, isStopped = false;
    names.slice(0, most).forEach(function (one, number) {
      if (number === FIRST && look.wanted.size && !ask.outer) isStopped = true;
      if (isStopped) return;
      var total = 0, seen = new Set(), turn = 0;
      partsOf(one.item, ask, look).forEach(function (part) {
        total = keywordsOf(part, one.item.name, function (result) {
          var key = result.address + "#" + result.anchor;
          if (seen.has(key) || !fits(result, ask)) return;
          seen.add(key);
          var before = (moduleOf(result.path) + "." + result.outer).toLowerCase();
          result.rank = one.rank + (ask.outer && !("." + before).endsWith("." + ask.outer + ".") ? 20 : 0);
          result.extra = extra(one);
          result.turn = one.rank < 2 || ask.outer ? 0 : Math.floor((turn += 1) / 3); /* a name that many have leaves room for others */
          results.push(result);
        }) || total;
      });
      if (total && !ask.outer && !ask.inside && one.rank < 2 && /^[\w.]+$/.test(one.item.name)) results.push(allOf(one, total));
    });
    var better = ask.outer ? results.filter(function (one) { return one.rank < 20; }) : [];
    return { results: better.length ? better : results, isMore: names.length > most };
  }
  /* A way to all keywords of a name that more bear than are shown. */
  function allOf(one, total) {
    return { kind: null, all: total, name: one.item.name, outer: "", flags: 4, weight: 0, summary: "", types: "", path: "", rank: 1.5, extra: 0,
             address: addressOfNames(pageOf(one.item.name)), anchor: "name-" + one.item.name };
  }
  function fits(result, ask) {
    if (ask.marks && !(MARKS[result.kind[0]] & ask.marks)) return false;
    if (ask.isTest && !(result.flags & 2)) return false;
    return !ask.inside || result.path.toLowerCase().includes(ask.inside);
  }

  /* Functions by what they take and return. What stands before the arrow and is no type is a word of the name. */
  function findTyped(ask, look) {
    var known = look.need("types");
    if (!known) return NOTHING;
    var byName = new Map();
    Object.keys(known).forEach(function (page) {
      unpack(known[page], 1, function (name, line) {
        var key = name.toLowerCase();
        byName.set(key, (byName.get(key) || []).concat({ name: name, page: page, count: DIGITS[line[0]] }));
      });
    });
    var typeOf = function (text) {
      var name = text.slice(text.lastIndexOf(".") + 1), key = name.toLowerCase(), exact = (byName.get(key) || []).filter(function (type) { return type.name === name; });
      if (exact.length) byName.set(key, exact);
      return key;
    };
    var takes = ask.takes.map(typeOf), returns = ask.returns.map(typeOf), left = ask.left || [], sure = takes.concat(returns);
    if (sure.some(function (type) { return !byName.has(type); })) return NOTHING;
    var either = left.filter(function (text) { return byName.has(typeOf(text)); });
    var named = [ask.all].concat(left.filter(function (text) { return !byName.has(typeOf(text)); })).join(" ").trim();
    ask = aim(Object.assign({}, ask), named);
    /* `config -> Config`: the first is a word of the name, if no type is spelled so. */
    function mayBeWord(text) { return byName.get(typeOf(text)).every(function (type) { return type.name !== text; }); }
    var results = [], seen = new Set(), spelled = new Map();
    function take(own, outer, types) {
      var sides = types.toLowerCase().split(">").map(function (side) { return side.split(",").filter(Boolean); });
      if (!takes.every(function (type) { return sides[0].includes(type); }) || !returns.every(function (type) { return sides[1].includes(type); })) return;
      var known = 0, item = apart(itemOf(own, "00"));
      var fit = either.every(function (text) {
        if (sides[0].includes(typeOf(text))) { known += 1; return true; }
        return item.words.some(function (word) { return word.startsWith(text.toLowerCase()); });
      });
      var key = outer + "|" + own + "|" + types, rank = !fit ? -1 : ask.text ? likeness(item, ask) : 0;
      if (rank < 0 || seen.has(key)) return;
      seen.add(key);
      results.push({ own: own, inside: outer, types: types, rank: rank, extra: sides[0].length + sides[1].length - sure.length - known });
    }
    rarestType(sure.concat(either.map(typeOf)).map(function (type) { return byName.get(type); })).forEach(function (type) {
      var typed = look.need("typed/" + type.page);
      if (typed && typed[type.name]) typed[type.name].split("\n").forEach(function (line) {
        var end = line.indexOf("\t"), types = line.slice(0, end);
        spelled.set(codeOf(types), types);
        unpack(line.slice(end + 1).replace(/\t/g, "\n"), 0, function (row) {
          var parts = row.split("|");
          take(parts[1], parts[0], types);
        });
      });
    });
    /* Of types that very many functions have, not all of these are listed: those of the names that were asked for. Not before a pause, if
       some are. */
    var isEnough = ask.isQuick && results.length;
    (isEnough ? [] : ask.text ? [ask] : either.filter(mayBeWord).map(function (text) { return aim({ marks: 0, left: null }, text); })).forEach(function (asked) {
      findNames(asked, look).slice(0, NAMES).forEach(function (one) {
        partsOf(one.item, asked, look).forEach(function (part) {
          keywordsOf(part, one.item.name, function (result) {
            var types = spelled.get(result.typeCode);
            if (types) take(result.name, result.outer.split(".").slice(-2)[0] || "", types);
          });
        });
      });
    });
    results.sort(function (a, b) {
      return Math.floor(a.rank) - Math.floor(b.rank) || a.extra - b.extra || a.own.startsWith("_") - b.own.startsWith("_") || a.own.length - b.own.length || (a.own < b.own ? -1 : 1);
    });
    var shown = [], exact = new Set();
    results.slice(0, NAMES).forEach(function (one, number) {
      if (number >= FIRST / 2 && look.wanted.size) return;
      var page = pageOf(one.own), inside = one.inside.toLowerCase();
      if (!page) return;
      var wanted = [partOf(page, one.own)];
      if (inside) wanted.push(partOf(page, inside + "." + one.own));
      look.parts(wanted).forEach(function (part) {
        keywordsOf(part, one.own, function (result) {
          var key = result.address + "#" + result.anchor;
          if (exact.has(key) || result.typeCode !== codeOf(one.types) || !fits(result, ask)) return;
          if (inside && result.outer.toLowerCase().split(".").slice(-2)[0] !== inside) return;
          exact.add(key);
          shown.push(Object.assign(result, { types: one.types, rank: Math.floor(one.rank), extra: one.extra }));
        });
      });
    });
    shown.sort(function (a, b) { return a.rank - b.rank || (a.flags & 2) - (b.flags & 2) || a.extra - b.extra || compare(a, b); });
    return { results: shown, isMore: results.length > NAMES };
  }
  /* Of some types those under one of which `search_data.py` lists all functions that have them. */
  function rarestType(types) {
    function least(variants) { return Math.min.apply(null, variants.map(function (type) { return type.count; })); }
    types.sort(function (a, b) { return least(a) - least(b) || (a[0].name < b[0].name ? -1 : 1); });
    return types.slice(0, 2).flat(); /* the first may have been meant as a word of the name */
  }

  /* Files and folders by path, headings by their words. */
  function findPaths(ask, look) {
    var known = look.need("paths"), text = ask.all.toLowerCase(), found = [];
    if (!known || text.length < 2) return found;
    paths().forEach(function (one) {
      if (ask.inside && !one.folded.includes(ask.inside)) return;
      var at = one.folded.lastIndexOf(text), bare = one.folded.replace(/\/$/, "");
      if (at < 0) return;
      for (var start = at; start >= 0 && start > 0 && one.folded[start - 1] !== "/"; ) start = start > 0 ? one.folded.lastIndexOf(text, start - 1) : -1;
      var isWhole = start >= 0 && bare.length === start + text.replace(/\/$/, "").length;
      if (ask.isExact && !isWhole) return;
      var isFolder = one.path.endsWith("/");
      found.push({ kind: [isFolder ? "folder" : "file", isFolder ? "/" : "≡", ""], name: one.path, outer: "", flags: 0, weight: 0, summary: "", types: "", path: "", isPath: true,
                   rank: isWhole ? 0.5 : start >= 0 ? 3.5 : 7.5, extra: 0, address: addressOf(one.path, isFolder), anchor: "" });
    });
    return found.sort(compare).slice(0, MOST);
  }
  function findHeadings(ask, look) {
    var known = look.need("headings"), asked = ask.all.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean), found = [];
    if (!known || !asked.length || ask.all.length < 3) return found;
    known.forEach(function (doc) {
      doc.slice(1).forEach(function (section, number) {
        var text = number ? section[1] : section, own = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
        if (!asked.every(function (word) { return own.some(function (one) { return ask.isExact ? one === word : one.startsWith(word); }); })) return;
        found.push({ kind: ["heading", "#", ""], name: text, outer: "", flags: 0, weight: 0, summary: "", types: "", path: number ? doc[1] : "", isPath: true,
                     rank: own.length === asked.length ? 1.7 : own[0].startsWith(asked[0]) ? 4.5 : 8.5, extra: own.length, address: doc[0], anchor: number ? section[0] : "" });
      });
    });
    return found.sort(compare).slice(0, 5);
  }

  /* What stands for itself before what is part of a class or a function. */
  function depth(one) { return one.outer.indexOf("<") >= 0 ? 2 : one.kind && /^(method|property|attribute)$/.test(one.kind[0]) ? 1 : 0; }
  function compare(a, b) {
    return Math.floor(a.rank) - Math.floor(b.rank) || (a.turn || 0) - (b.turn || 0) || (a.flags & 1) - (b.flags & 1) || a.rank - b.rank || (a.flags & 2) - (b.flags & 2) || a.extra - b.extra || b.weight - a.weight ||
      depth(a) - depth(b) || a.name.length - b.name.length || a.path.length - b.path.length || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0) || (a.path < b.path ? -1 : 1);
  }
  function find(text, isQuick) {
    var look = new Look(), ask = parse(text), isMore = false, results = [];
    ask.isQuick = isQuick;
    if (!data.index) return { ask: ask, results: [], wanted: [], isMore: false };
    if (ask.isTyped || ask.all) {
      var isPath = /[/.]/.test(ask.all), found = ask.isTyped ? findTyped(ask, look) : ask.all.includes("/") ? NOTHING : findKeywords(ask, look);
      results = found.results;
      isMore = found.isMore;
      if (!ask.isTyped && !ask.marks && !ask.isTest && (isPath || (!isQuick && results.length < ENOUGH && !look.wanted.size))) {
        results = results.concat(findPaths(ask, look), ask.inside ? [] : findHeadings(ask, look));
      }
    }
    if (!ask.isTyped) results.sort(compare);
    return { ask: ask, results: results, wanted: Array.from(look.wanted), isMore: isMore || results.length > MOST };
  }
  /* Looks, tells what was found, loads what is wanted, and looks again. Less alike names take longer: they wait for a pause. */
  var PAUSE = 60, TURNS = 14;
  function seek(text, isCurrent, tell) {
    var turns = 0, isQuick = true;
    load("index", function again() {
      if (!isCurrent()) return;
      var found = find(text, isQuick), left = turns < TURNS ? found.wanted.length : 0;
      turns += 1;
      tell(found, !left && !isQuick);
      if (left) found.wanted.forEach(function (name) { load(name, function () { left -= 1; if (!left) again(); }); });
      else if (isQuick) { isQuick = false; setTimeout(again, PAUSE); }
    });
  }

  /* Which letters of a name are what was asked for. */
  function shownLetters(name, ask) {
    var folded = name.toLowerCase(), on = new Array(name.length).fill(false), at = folded.indexOf(ask.folded);
    function mark(from, length) { for (var i = from; i < from + length; i += 1) on[i] = true; }
    if (ask.folded && at >= 0 && folded.length === name.length) { mark(at, ask.folded.length); return on; }
    var match, starts = [], places = [];
    WORD.lastIndex = 0;
    while ((match = WORD.exec(name))) {
      starts.push([match.index, match[0].toLowerCase()]);
      for (var i = 0; i < match[0].length; i += 1) places.push(match.index + i);
    }
    var whole = starts.map(function (row) { return row[1]; }).join(""), from = ask.whole ? whole.indexOf(ask.whole) : -1;
    if (from >= 0) { places.slice(from, from + ask.whole.length).forEach(function (place) { on[place] = true; }); return on; }
    if (ask.words.length > 1) ask.words.forEach(function (word) {
      var row = starts.find(function (one) { return one[1].startsWith(word) && !on[one[0]]; });
      if (row) mark(row[0], word.length);
    });
    else if (ask.isOne && starts.map(function (row) { return row[1][0]; }).join("").startsWith(ask.whole)) starts.slice(0, ask.whole.length).forEach(function (row) { mark(row[0], 1); });
    return on;
  }

  /* What was opened before, for this site; without storage as long as the page stands. */
  var RECENT = 8, place = "kwindex-recent:" + new URL("..", source).pathname, recent = null;
  function recents() {
    if (!recent) {
      recent = [];
      try { recent = JSON.parse(localStorage.getItem(place) || "[]").filter(function (one) { return one && typeof one.name === "string" && typeof one.address === "string"; }); } catch (error) { /* no storage */ }
    }
    return recent;
  }
  function remember(result) {
    recent = [result].concat(recents().filter(function (one) { return one.address !== result.address || one.anchor !== result.anchor; })).slice(0, RECENT);
    try { localStorage.setItem(place, JSON.stringify(recent)); } catch (error) { /* no storage */ }
  }

  window.kwindexSearch = function (head, make, texts, put) {
    var dialog, field, options, status, chosen = -1, turn = 0, rows = [];
    var kept = ""; /* what arrows chose: it stays chosen when more is found */
    var WORDS_FOR = { file: texts.fileWord, folder: texts.folderWord, heading: texts.headingWord };

    function choose(at) {
      if (rows[chosen]) rows[chosen].setAttribute("aria-selected", "false");
      chosen = rows.length ? Math.max(0, Math.min(at, rows.length - 1)) : -1;
      var row = rows[chosen];
      if (!row) { field.removeAttribute("aria-activedescendant"); return; }
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", row.id);
    }
    function addRow(result, ask, parent) {
      var row = make("a", {}, parent), kind = result.kind;
      row.href = new URL("../" + result.address, source).href + (result.anchor ? "#" + encodeURIComponent(result.anchor) : "");
      if (kind) {
        var word = kind[2] || WORDS_FOR[kind[0]] || "", mark = make("span", { className: "kw-kind kw-" + kind[0], title: word }, row);
        make("b", { textContent: kind[1] }, mark).setAttribute("aria-hidden", "true");
        make("i", { textContent: word }, mark);
      } else make("span", { className: "kw-kind", textContent: "…" }, row).setAttribute("aria-hidden", "true");
      var name = make(kind && kind[0] === "heading" ? "span" : "code", { className: result.flags & 1 ? "kw-dim" : "" }, row);
      name.append(result.outer);
      write(name, result.name, ask ? shownLetters(result.name, ask) : []);
      make("small", { textContent: result.all ? put(texts.allOfName, result.all) : result.path }, row);
      var more = result.types && ask && ask.isTyped ? result.types.replace(/,/g, ", ").replace(">", " → ") : result.summary;
      if (more) make("em", { textContent: more }, row);
      row.addEventListener("click", function () {
        if (!result.all) remember(result);
        if (dialog) dialog.close();
        /* The place is the same, but what is there may have been closed. */
        if (row.href === location.href) window.dispatchEvent(new Event("hashchange"));
      });
      return row;
    }
    function write(name, text, on) {
      for (var from = 0, to; from < text.length; from = to) {
        for (to = from; to < text.length && !on[to] === !on[from]; ) to += 1;
        if (on[from]) make("b", { textContent: text.slice(from, to) }, name); else name.append(text.slice(from, to));
      }
    }
    function fill(results, ask) {
      options.replaceChildren();
      rows = results.map(function (result, place) {
        var row = addRow(result, ask, options);
        row.id = "kw-found-" + place;
        row.tabIndex = -1;
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", "false");
        return row;
      });
      field.setAttribute("aria-expanded", String(rows.length > 0));
      choose(Math.max(0, rows.findIndex(function (row) { return row.href === kept; })));
    }
    function show() {
      var text = field.value.trim(), mine = (turn += 1);
      kept = "";
      options.setAttribute("aria-busy", String(!!text));
      if (!text) {
        fill(recents(), null);
        status.textContent = rows.length ? texts.recent : "";
        return;
      }
      seek(text, function () { return mine === turn; }, function (found, isDone) {
        options.setAttribute("aria-busy", String(!isDone));
        if (!isDone && !found.results.length) return;
        var shown = found.results.slice(0, MOST);
        fill(shown, found.ask);
        status.textContent = !shown.length ? texts.noneFound
          : found.isMore ? put(texts.firstFound, shown.length) : put(texts.someFound, shown.length);
      });
    }
    function build() {
      dialog = make("dialog", { className: "kw-keys kw-search" }, head);
      field = make("input", { type: "search", placeholder: texts.findHint, autocomplete: "off", spellcheck: false, maxLength: 10000 }, dialog);
      field.setAttribute("role", "combobox");
      field.setAttribute("aria-label", texts.find);
      field.setAttribute("aria-expanded", "false");
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-controls", "kw-found");
      field.setAttribute("aria-describedby", "kw-narrow");
      dialog.setAttribute("aria-label", texts.find);
      options = make("div", { id: "kw-found", className: "kw-found" }, dialog);
      options.setAttribute("role", "listbox");
      options.setAttribute("aria-label", texts.find);
      status = make("p", {}, dialog);
      status.setAttribute("role", "status");
      var narrow = make("p", { id: "kw-narrow", className: "kw-narrow", textContent: texts.narrow + " " }, dialog);
      ["fn:", "class:", "const:", "test:", "in:", "\"…\"", "A -> B", "takes:"].forEach(function (one, number) {
        if (number) narrow.append(" ");
        make("code", { textContent: one }, narrow);
      });
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
    function open(text) {
      if (!dialog) build();
      if (!dialog.open) dialog.showModal();
      if (text) field.value = text;
      show();
      field.focus();
      field.select();
    }
    /* The first hits, in a page: what is found for a text that does not change. */
    open.list = function (text, frame, most) {
      seek(text, function () { return true; }, function (found, isDone) {
        if (!isDone) return;
        var list = make("ul", { className: "kw-found" }, frame);
        list.setAttribute("role", "list");
        found.results.slice(0, most).forEach(function (result) { addRow(result, found.ask, make("li", {}, list)); });
        frame.hidden = !found.results.length;
      });
    };
    return open;
  };
  /* For measurements and tests. */
  window.kwindexSearch.seek = seek;
})();
