/* The script of the website. It only adds: every page is complete without it. A classic script without a build step, since
   a page opened from a folder may not load modules or read files. Figures come as scripts from gegevens/ that call
   `monitor.gebied`, `monitor.stroken` or `monitor.indicator`. */
(function () {
  "use strict";

  var NEWEST = "nieuwste";
  var arrived = {};
  var waiting = {};

  /* Small helpers. */
  function all(selector, within) { return Array.prototype.slice.call((within || document).querySelectorAll(selector)); }
  function one(selector, within) { return (within || document).querySelector(selector); }
  function make(tag, attributes, children) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (name === "text") { element.textContent = attributes.text; } else { element.setAttribute(name, attributes[name]); }
    });
    (children || []).forEach(function (child) { element.append(child); });
    return element;
  }
  function plain(text) { return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/[^a-z0-9]+/g, " ").trim(); }
  function onReady(act) { if (document.readyState === "loading") { document.addEventListener("DOMContentLoaded", act); } else { act(); } }

  /* What was chosen stands in the address of the page, so that it can be sent to someone. */
  function chosen() { return new URLSearchParams(location.search); }
  function remember(name, value) {
    var choices = chosen();
    if (value) { choices.set(name, value); } else { choices.delete(name); }
    var query = choices.toString();
    history.replaceState(null, "", location.pathname + (query ? "?" + query : "") + location.hash);
  }

  /* Content of gegevens/, each file once; `use` gets undefined when it cannot be had. */
  function arrive(key, content) {
    arrived[key] = content;
    (waiting[key] || []).forEach(function (use) { use(content); });
    delete waiting[key];
  }
  function load(key, address, use) {
    if (key in arrived) { use(arrived[key]); return; }
    if (waiting[key]) { waiting[key].push(use); return; }
    waiting[key] = [use];
    var script = make("script", { src: address });
    script.onerror = function () { arrive(key, undefined); };
    document.head.append(script);
  }

  /* The figures of an area by year; reasons as words. */
  function unfolded(area) {
    Object.keys(area.cijfers).forEach(function (id) {
      var series = area.cijfers[id];
      var years = {};
      series.slice(1).forEach(function (content, at) {
        if (!content.length) { return; }
        if (content[2]) { content[2] = area.redenen[content[2] - 1]; }
        years[series[0] + at] = content;
      });
      area.cijfers[id] = years;
    });
    return area;
  }

  window.monitor = {
    gebied: function (area) { arrive(area.code, unfolded(area)); },
    gebieden: function (areas) { arrive("gebieden", areas); },
    groepen: function (groups) { arrive("groepen", groups); },
    stroken: function (strips) { arrive("stroken", strips); },
    indicator: function (content) { arrive("indicator:" + content.id, content); }
  };

  /* A text field with a list of suggestions, by the pattern of the ARIA authoring practices: focus stays in the field,
     arrows walk, Enter picks, Escape closes. `choices` are {text, also, value}. */
  function combobox(place, label, choices, pick, hint) {
    var id = "keuze-" + (combobox.made = (combobox.made || 0) + 1);
    var input = make("input", {
      id: id, type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
      "aria-expanded": "false", "aria-controls": id + "-lijst", "aria-autocomplete": "list"
    });
    var list = make("ul", { id: id + "-lijst", role: "listbox", "aria-label": label, hidden: "" });
    var told = make("span", { "class": "sr", role: "status" });
    var found = [];
    var active = -1;
    if (hint) { input.setAttribute("placeholder", hint); }
    choices.forEach(function (choice) { choice.words = " " + plain(choice.text + " " + (choice.also || "")); });

    function close() { list.hidden = true; active = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); }
    function mark(index) {
      active = index;
      all("li", list).forEach(function (item, number) { item.setAttribute("aria-selected", String(number === index)); });
      if (index >= 0) {
        input.setAttribute("aria-activedescendant", id + "-" + index);
        list.children[index].scrollIntoView({ block: "nearest" });
      } else { input.removeAttribute("aria-activedescendant"); }
    }
    function take(index) {
      var choice = found[index];
      if (!choice) { return; }
      input.value = choice.text;
      close();
      pick(choice.value, choice);
    }
    function show() {
      var asked = plain(input.value);
      var starts = choices.filter(function (choice) { return choice.words.indexOf(" " + asked) === 0; });
      var holds = choices.filter(function (choice) { return choice.words.indexOf(" " + asked) > 0; });
      found = asked ? starts.concat(holds).slice(0, 12) : [];
      list.textContent = "";
      found.forEach(function (choice, index) {
        var item = make("li", { id: id + "-" + index, role: "option", "aria-selected": "false", text: choice.text });
        if (choice.also) { item.append(" ", make("small", { text: choice.also })); }
        item.addEventListener("mousedown", function (event) { event.preventDefault(); take(index); });
        list.append(item);
      });
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      told.textContent = asked ? (found.length ? found.length + (found.length === 1 ? " keuze" : " keuzes") : "Niets gevonden") : "";
      mark(found.length ? 0 : -1);
    }
    input.addEventListener("input", show);
    input.addEventListener("blur", close);
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (list.hidden) { show(); } else { mark((active + (event.key === "ArrowDown" ? 1 : found.length - 1)) % found.length); }
        event.preventDefault();
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (list.hidden) { show(); }
        take(Math.max(active, 0));
      } else if (event.key === "Escape") {
        if (list.hidden) { input.value = ""; } else { close(); }
      }
    });
    place.append(make("label", { "for": id, text: label }), make("div", { "class": "keuzelijst" }, [input, list]), told);
    return input;
  }

  function listed(id) {
    return all("#" + id + " li").map(function (item) {
      var link = one("a", item);
      var former = one("small", item);
      return {
        text: link.textContent,
        also: former ? former.textContent : link.getAttribute("data-soort") || "",
        value: link.getAttribute("href")
      };
    });
  }
  // A province, a municipality and a labour market region can have one name.
  function fullName(name, kind) { return kind && !/^gemeente/i.test(kind) ? name + " (" + kind.toLowerCase() + ")" : name; }
  function codeOf(address) { return address.replace(/^.*\//, "").replace(/\.html$/, ""); }

  /* Search on the first page. */
  function setUpSearch(place) {
    combobox(place, "Naam van uw gemeente", listed(place.getAttribute("data-lijst")), function (address) {
      location.href = address;
    }, "bijvoorbeeld Vlieland");
  }

  /* A table as CSV: exactly what is shown. Letters and years behind a number go to a column of their own. */
  function textOf(cell, selector, inverse) {
    var copy = cell.cloneNode(true);
    all("svg, .sr" + (inverse ? "" : ", " + selector), copy).forEach(function (part) { part.remove(); });
    if (inverse) { return all(selector, copy).map(function (part) { return part.textContent.trim(); }).filter(Boolean).join("; "); }
    return copy.textContent.replace(/\s+/g, " ").trim();
  }
  function number(text) { return /^[-+]?[\d\u00a0 ]+(,\d+)?$/.test(text) ? text.replace(/[\u00a0 ]/g, "") : text; }
  function safe(text) {
    var shown = number(text);
    // A spreadsheet must not take words for a formula.
    if (/^[=+@\t]/.test(shown) || (/^-/.test(shown) && !/^-[\d]/.test(shown))) { shown = "'" + shown; }
    return /[";\n]/.test(shown) ? '"' + shown.replace(/"/g, '""') + '"' : shown;
  }
  function gridOf(table) {
    var grid = [];
    all("tr", table).forEach(function (row, at) {
      grid[at] = grid[at] || [];
      var column = 0;
      Array.prototype.forEach.call(row.cells, function (cell) {
        while (grid[at][column]) { column += 1; }
        for (var down = 0; down < (cell.rowSpan || 1); down += 1) {
          grid[at + down] = grid[at + down] || [];
          for (var right = 0; right < (cell.colSpan || 1); right += 1) { grid[at + down][column + right] = cell; }
        }
        column += cell.colSpan || 1;
      });
    });
    return grid.filter(function (cells, at) { return !table.rows[at].classList.contains("groep") && !table.rows[at].hidden; });
  }
  function csvOf(table) {
    var grid = gridOf(table);
    var width = Math.max.apply(null, grid.map(function (cells) { return cells.length; }));
    var columns = [];
    for (var at = 0; at < width; at += 1) {
      var cells = grid.slice(1).map(function (row) { return row[at]; }).filter(Boolean);
      if (cells.some(function (cell) { return textOf(cell, "small, sup, i"); }) || !cells.some(function (cell) { return one("svg", cell); })) {
        columns.push([at, false]);
      }
      if (cells.some(function (cell) { return one("small, sup, i", cell); })) { columns.push([at, true]); }
    }
    var lines = grid.map(function (row, index) {
      return columns.map(function (column) {
        var cell = row[column[0]];
        if (!cell) { return ""; }
        var text = textOf(cell, "small, sup, i", column[1] && index > 0);
        return safe(column[1] && index === 0 ? text + ": toelichting" : text);
      }).join(";");
    });
    return { text: lines.join("\r\n") + "\r\n", rows: lines.length - 1 };
  }
  function citation() {
    var source = one("p.bron");
    return source ? source.textContent.replace(/\s+/g, " ").trim() : "Bron: CBS";
  }
  function save(name, content, type) {
    var link = make("a", { href: URL.createObjectURL(new Blob([content], { type: type })), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(function () { URL.revokeObjectURL(link.href); }, 10000);
  }
  function fileName(words) { return plain(words).replace(/ /g, "-") || "monitor"; }
  function button(words, act) {
    var made = make("button", { type: "button", text: words });
    made.addEventListener("click", act);
    return made;
  }
  function rowsInWords(count) { return count + (count === 1 ? " rij" : " rijen"); }
  function offerTable(table, place) {
    var caption = one("caption", table);
    var name = caption ? caption.textContent.trim() : document.title;
    var words = function () { return "CSV (" + rowsInWords(csvOf(table).rows) + ")"; };
    var made = button(words(), function () {
      save(fileName(name) + ".csv", "\ufeff" + csvOf(table).text + "\r\n" + safe(citation()) + "\r\n", "text/csv;charset=utf-8");
    });
    made.append(make("span", { "class": "sr", text: " van " + name }));
    place.append(made);
    table.addEventListener("veranderd", function () { made.firstChild.textContent = words(); });
  }

  /* A drawing as a file of its own: with the style that it has on the page, and where it comes from. */
  var LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin",
    "stroke-opacity", "opacity", "font-family", "font-size", "font-weight", "text-anchor", "dominant-baseline", "paint-order", "visibility", "display"];
  function drawingOf(svg) {
    var copy = svg.cloneNode(true);
    var parts = all("*", svg);
    all("*", copy).forEach(function (part, at) {
      var look = getComputedStyle(parts[at]);
      LOOKS.forEach(function (name) { part.setAttribute(name, look.getPropertyValue(name)); });
    });
    var box = (svg.getAttribute("viewBox") || "0 0 " + svg.clientWidth + " " + svg.clientHeight).split(/[ ,]+/).map(Number);
    var paper = getComputedStyle(document.body).backgroundColor;
    var ink = getComputedStyle(document.body).color;
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    copy.setAttribute("viewBox", [box[0], box[1], box[2], box[3] + 18].join(" "));
    copy.setAttribute("width", box[2]);
    copy.setAttribute("height", box[3] + 18);
    var space = "http://www.w3.org/2000/svg";
    var back = document.createElementNS(space, "rect");
    [["x", box[0]], ["y", box[1]], ["width", box[2]], ["height", box[3] + 18], ["fill", paper]].forEach(function (each) { back.setAttribute(each[0], each[1]); });
    copy.insertBefore(back, copy.firstChild);
    var line = document.createElementNS(space, "text");
    [["x", box[0] + 4], ["y", box[1] + box[3] + 12], ["font-size", Math.min(9, box[2] / 75)], ["font-family", "sans-serif"], ["fill", ink]].forEach(function (each) { line.setAttribute(each[0], each[1]); });
    line.textContent = citation();
    copy.append(line);
    return { text: new XMLSerializer().serializeToString(copy), width: box[2], height: box[3] + 18 };
  }
  function offerDrawing(place, name, current) {
    var words = [["SVG", function () { save(fileName(name) + ".svg", drawingOf(current()).text, "image/svg+xml"); }],
      ["PNG", function () {
        var drawing = drawingOf(current());
        var image = new Image();
        image.onload = function () {
          var canvas = make("canvas", { width: drawing.width * 2, height: drawing.height * 2 });
          canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
          canvas.toBlob(function (blob) { save(fileName(name) + ".png", blob, "image/png"); }, "image/png");
        };
        image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(drawing.text);
      }]];
    words.forEach(function (each) {
      var made = button(each[0], each[1]);
      made.append(make("span", { "class": "sr", text: " van " + name }));
      place.append(made);
    });
  }
  function setUpDownloads(within) {
    var offered = [];
    all(".knoppen[data-voor]", within).forEach(function (place) {
      place.getAttribute("data-voor").split(" ").forEach(function (id) {
        var target = document.getElementById(id);
        if (!target) { return; }
        var table = target.closest("table");
        if (table) { offerTable(table, place); offered.push(table); return; }
        offerDrawing(place, place.getAttribute("data-naam") || document.title, function () {
          return target.tagName.toLowerCase() === "svg" ? target : one("svg", target);
        });
      });
    });
    all(".roll table", within).forEach(function (table) {
      if (offered.indexOf(table) >= 0) { return; }
      var place = make("p", { "class": "knoppen" });
      table.closest(".roll").after(place);
      offerTable(table, place);
    });
  }

  /* The page of a municipality: another year, another group beside it, one more municipality or region. */
  var GROUPS = [["gelijken", "Vergelijkbare gemeenten"], ["provincie", "Provincie"], ["grootte", "Gemeenten van die grootte"]];
  function yearsOn(page) {
    var years = {};
    all("table.jaren thead th", page).forEach(function (cell) { if (/^\d{4}$/.test(cell.textContent.trim())) { years[cell.textContent.trim()] = true; } });
    return Object.keys(years).sort().reverse();
  }
  function select(id, label, options, act) {
    var made = make("select", { id: id }, options.map(function (each) { return make("option", { value: each[0], text: each[1] }); }));
    made.addEventListener("change", function () { act(made.value); });
    return { element: made, place: make("p", {}, [make("label", { "for": id, text: label }), made]) };
  }
  function shownFigure(content, year) {
    var cell = document.createDocumentFragment();
    if (!content) { cell.append(make("em", { text: "geen cijfer over " + year })); return cell; }
    if (!content[0]) { cell.append(make("em", { text: content[2] })); return cell; }
    cell.append(content[0]);
    if (content[1]) { cell.append(make("sup", { text: content[1] })); }
    cell.append(" ", make("i", { text: year }));
    return cell;
  }
  function stripOf(strip, value, label) {
    var space = "http://www.w3.org/2000/svg";
    var svg = document.createElementNS(space, "svg");
    svg.setAttribute("class", "st");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", label);
    svg.innerHTML = '<path class="h" d="' + strip[4] + '"/>';
    [[strip[0], "c", "3v16"], [value, "o", "19V6l-4-6h8l-4 6z"]].forEach(function (each) {
      var amount = parseFloat(String(each[0] || "").replace(/[\u00a0 ]/g, "").replace(",", "."));
      if (isNaN(amount)) { return; }
      var share = strip[3] > strip[2] ? (amount - strip[2]) / (strip[3] - strip[2]) : 0.5;
      var path = document.createElementNS(space, "path");
      path.setAttribute("class", each[1]);
      path.setAttribute("d", "M" + (7 + 136 * Math.min(1, Math.max(0, share))).toFixed(1) + " " + each[2]);
      svg.append(path);
    });
    return svg;
  }
  function setUpMunicipality(place) {
    var root = place.getAttribute("data-wortel");
    var code = place.getAttribute("data-code");
    var rows = all("table.cijfers tbody tr:not(.groep)");
    var first = rows.map(function (row) { return Array.prototype.map.call(row.cells, function (cell) { return cell.innerHTML; }); });
    var heads = all("table.cijfers thead tr");
    var captions = all("table.cijfers caption span");
    var state = { jaar: chosen().get("jaar") || NEWEST, met: chosen().get("met") || GROUPS[0][0], naast: chosen().get("naast") || "" };
    var told = make("output", {});
    var form = make("form", { "class": "keuzes", "aria-label": "Kies jaar en vergelijking" });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    var year = select("jaar", "Jaar", [[NEWEST, "het nieuwste van elk onderwerp"]].concat(yearsOn(document).map(function (each) { return [each, each]; })),
      function (value) { choose("jaar", value, NEWEST); });
    var group = select("met", "Vergelijk met", GROUPS.map(function (each) { return [each[0], each[1]]; }), function (value) { choose("met", value, GROUPS[0][0]); });
    var besides = make("div", {});
    form.append(year.place, group.place, besides, told);
    place.append(form);
    load("gebieden", root + "gegevens/gebieden.js", function (areas) {
      var choices = (areas || []).filter(function (area) { return area[0] !== code; }).map(function (area) { return { value: area[0], text: area[1], also: area[2] }; });
      var input = combobox(besides, "Zet er een gemeente of regio naast", choices, function (value) { choose("naast", value, ""); });
      var known = choices.filter(function (choice) { return choice.value === state.naast; })[0];
      if (known) { input.value = known.text; }
      input.addEventListener("change", function () { if (!input.value.trim()) { choose("naast", "", ""); } });
    });
    function choose(name, value, usual) { state[name] = value; remember(name, value === usual ? "" : value); show(); }
    function show() {
      year.element.value = state.jaar;
      group.element.value = state.met;
      load(code, root + "gegevens/" + code + ".js", function (own) {
        load("stroken", root + "gegevens/stroken.js", function (strips) {
          load("groepen", root + "gegevens/groepen.js", function (groups) {
            var group = state.met === GROUPS[0][0] ? null : (groups || {})[place.getAttribute("data-" + state.met)] || {};
            if (!state.naast) { fill(own, strips, null, group); return; }
            load(state.naast, root + "gegevens/" + state.naast + ".js", function (other) { fill(own, strips, other || null, group); });
          });
        });
      });
    }
    function fill(own, strips, other, group) {
      if (!own || !strips) { told.textContent = "De cijfers van andere jaren zijn niet te laden."; return; }
      var at = GROUPS.filter(function (each) { return each[0] === state.met; })[0] || GROUPS[0];
      heads.forEach(function (head) {
        all("[data-naast]", head).forEach(function (cell) { cell.remove(); });
        head.cells[2].textContent = at[1];
        if (other) { head.cells[1].after(make("th", { scope: "col", "data-naast": "", text: other.naam })); }
      });
      all("tr.groep th").forEach(function (cell) { cell.colSpan = other ? 8 : 7; });
      captions.forEach(function (caption) {
        caption.textContent = caption.textContent.replace(/: [^:]*$/, ": " + (state.jaar === NEWEST ? "het nieuwste cijfer van elk onderwerp" : "cijfers over " + state.jaar));
      });
      rows.forEach(function (row, number) { fillRow(row, first[number], own, strips, other, group); });
      told.textContent = (state.jaar === NEWEST ? "U ziet het nieuwste jaar van elk onderwerp" : "U ziet het jaar " + state.jaar) + ", naast: " + at[1].toLowerCase() + (other ? " en " + other.naam : "") + ".";
      all("table.cijfers").forEach(function (table) { table.dispatchEvent(new Event("veranderd")); });
    }
    function fillRow(row, before, own, strips, other, group) {
      all("[data-naast]", row).forEach(function (cell) { cell.remove(); });
      before.forEach(function (html, number) { if (number) { row.cells[number].innerHTML = html; } });
      var id = codeOf(one("a", row.cells[0]).getAttribute("href"));
      var newest = (one("i", row.cells[1]) || {}).textContent;
      newest = newest && /^\d{4}/.test(newest) ? newest.slice(0, 4) : newestOf(own, id);
      var year = state.jaar === NEWEST ? newest : state.jaar;
      var figures = own.cijfers[id] || {};
      if (year !== newest) { otherYear(row, figures[year], year, strips[id] && strips[id][year]); }
      if (group || year !== newest) { put(row.cells[2], group ? (group[id] || {})[year] : (figures[year] || [])[3], year); }
      if (other) {
        var cell = make("td", { "data-naast": "" }, [shownFigure((other.cijfers[id] || {})[year], year)]);
        row.cells[1].after(cell);
      }
    }
    function otherYear(row, content, year, strip) {
      row.cells[1].textContent = "";
      row.cells[1].append(shownFigure(content, year));
      put(row.cells[3], strip ? strip[0] : "", year);
      row.cells[4].textContent = content && content[4] && strip ? content[4] + " van " + strip[1] : "";
      row.cells[5].textContent = "";
      if (strip) {
        var doubted = content && content[1] && content[1].indexOf("t") >= 0;
        row.cells[5].append(stripOf(strip, content && !doubted ? content[0] : "", "Alle gemeenten in " + year));
      }
    }
    function put(cell, text, year) {
      cell.textContent = "";
      if (text) { cell.append(text, " ", make("i", { text: year })); }
    }
    if (state.jaar !== NEWEST || state.met !== GROUPS[0][0] || state.naast) { show(); }
  }
  function newestOf(area, id) {
    var years = Object.keys(area.cijfers[id] || {}).sort();
    return years[years.length - 1] || "";
  }

  /* The page of a region: another year, of the region and of the country. */
  function setUpRegion(place) {
    var code = place.getAttribute("data-regio");
    var root = place.getAttribute("data-wortel");
    var rows = all("table.cijfers tbody tr:not(.groep)");
    var first = rows.map(function (row) { return Array.prototype.map.call(row.cells, function (cell) { return cell.innerHTML; }); });
    var captions = all("table.cijfers caption span");
    var told = make("output", {});
    var form = make("form", { "class": "keuzes", "aria-label": "Kies een jaar" });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    var options = [[NEWEST, "het nieuwste van elk onderwerp"]].concat(place.getAttribute("data-jaren").split(" ").reverse().map(function (each) { return [each, each]; }));
    var year = select("jaar", "Jaar", options, function (value) { remember("jaar", value === NEWEST ? "" : value); show(value); });
    form.append(year.place, told);
    place.append(form);
    function show(wanted) {
      year.element.value = wanted;
      load(code, root + "gegevens/" + code + ".js", function (own) {
        load("stroken", root + "gegevens/stroken.js", function (strips) {
          if (!own || !strips) { told.textContent = "De cijfers van andere jaren zijn niet te laden."; return; }
          captions.forEach(function (caption) {
            caption.textContent = caption.textContent.replace(/: [^:]*$/, ": " + (wanted === NEWEST ? "het nieuwste jaar van elk onderwerp" : wanted));
          });
          rows.forEach(function (row, number) {
            first[number].forEach(function (html, at) { if (at) { row.cells[at].innerHTML = html; } });
            if (wanted === NEWEST) { return; }
            var id = codeOf(one("a", row.cells[0]).getAttribute("href"));
            row.cells[1].textContent = "";
            row.cells[1].append(shownFigure((own.cijfers[id] || {})[wanted], wanted));
            row.cells[2].textContent = "";
            row.cells[3].textContent = ((strips[id] || {})[wanted] || [""])[0];
            row.cells[4].textContent = "";
          });
          told.textContent = wanted === NEWEST ? "U ziet het nieuwste jaar van elk onderwerp." : "U ziet het jaar " + wanted + ".";
          all("table.cijfers").forEach(function (table) { table.dispatchEvent(new Event("veranderd")); });
        });
      });
    }
    var asked = chosen().get("jaar");
    if (asked && options.some(function (each) { return each[0] === asked; })) { show(asked); }
  }

  /* Areas of one's own choice beside each other. */
  function setUpComparison(place) {
    var most = Number(place.getAttribute("data-vergelijk"));
    var rows = all("tr[id^='v-']");
    var heads = all("table.hitte thead tr");
    var codes = (chosen().get("gebieden") || "").split(",").filter(function (code) { return /^[A-Z]{2}\d*$/.test(code); }).slice(0, most);
    var jaar = chosen().get("jaar") || NEWEST;
    var choices = [{ text: "Nederland", value: "NL", also: "" }].concat(listed(place.getAttribute("data-lijst")).map(function (each) {
      return { text: each.text, also: each.also, value: codeOf(each.value) };
    }));
    var names = {};
    choices.forEach(function (choice) { names[choice.value] = fullName(choice.text, choice.also); });
    codes = codes.filter(function (code) { return names[code]; });
    var form = make("form", { "class": "keuzes", "aria-label": "Kies wat u vergelijkt" });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    var told = make("output", {});
    var picked = make("p", { "class": "knoppen" });
    var box = make("div", {});
    var years = {};
    rows.forEach(function (row) { years[row.getAttribute("data-jaar")] = true; });
    var last = Math.max.apply(null, Object.keys(years).map(Number));
    var options = [[NEWEST, "het nieuwste van elk onderwerp"]];
    for (var each = last; each >= 2017; each -= 1) { options.push([String(each), String(each)]); }
    var year = select("jaar", "Jaar", options, function (value) { jaar = value; remember("jaar", value === NEWEST ? "" : value); show(); });
    var input = combobox(box, "Voeg een gemeente of regio toe", choices, function (code) {
      input.value = "";
      if (codes.indexOf(code) >= 0) { told.textContent = names[code] + " staat er al."; return; }
      if (codes.length === most) { told.textContent = "Meer dan " + most + " passen er niet naast elkaar. Haal er eerst een weg."; return; }
      codes.push(code);
      change();
    });
    form.append(box, year.place, picked, told);
    place.append(form);
    year.element.value = jaar;
    function change() { remember("gebieden", codes.join(",")); show(); }
    function show() {
      picked.textContent = "";
      codes.forEach(function (code) {
        var made = button("Haal " + names[code] + " weg", function () { codes = codes.filter(function (other) { return other !== code; }); change(); input.focus(); });
        picked.append(made);
      });
      var wanted = codes.length ? codes : heads[0] ? all("a", heads[0]).map(function (link) { return codeOf(link.getAttribute("href")); }) : [];
      var left = wanted.length;
      wanted.forEach(function (code) {
        load(code, "gegevens/" + code + ".js", function () { left -= 1; if (!left) { fill(wanted); } });
      });
    }
    function fill(wanted) {
      var areas = wanted.map(function (code) { return arrived[code]; }).filter(Boolean);
      heads.forEach(function (head) {
        while (head.cells.length > 1) { head.cells[1].remove(); }
        areas.forEach(function (area) {
          var folder = area.soort === "gemeente" ? "gemeente/" : "regio/";
          var link = make("a", { href: area.code === "NL" ? "nederland.html" : folder + area.code + ".html", text: names[area.code] || area.naam });
          head.append(make("th", { scope: "col" }, [link]));
        });
      });
      rows.forEach(function (row) {
        while (row.cells.length > 1) { row.cells[1].remove(); }
        var id = row.id.slice(2);
        var at = jaar === NEWEST ? row.getAttribute("data-jaar") : jaar;
        var note = one("small", row.cells[0]);
        if (note) { note.textContent = note.textContent.replace(/\d{4}$/, at); }
        areas.forEach(function (area) { row.append(square((area.cijfers[id] || {})[at])); });
      });
      told.textContent = "U ziet " + areas.map(function (area) { return names[area.code] || area.naam; }).join(", ") + ".";
      all("table.hitte").forEach(function (table) { table.dispatchEvent(new Event("veranderd")); });
    }
    function square(content) {
      var cell = make("td", {});
      if (!content) { return cell; }
      if (!content[0]) { cell.append(make("em", { text: content[2] || "" })); return cell; }
      cell.append(content[0]);
      if (content[1]) { cell.append(make("sup", { text: content[1] })); }
      if (content[5]) { cell.className = "k" + content[5]; cell.append(make("i", { text: content[5] })); }
      return cell;
    }
    if (codes.length || jaar !== NEWEST) { show(); }
  }

  /* The page of an indicator: another year, and one municipality found in table, map and words. What differs by year comes
     from gegevens/indicator/; the newest year is what the page was made with, and is kept to go back to. */
  function setUpIndicator(place) {
    var newest = place.getAttribute("data-jaar");
    var years = place.getAttribute("data-jaren").split(" ").reverse();
    var isRatio = place.hasAttribute("data-verhouding");
    var hasCount = place.hasAttribute("data-aantal");
    var body = one("#rijen");
    var rows = {};
    all("tr", body).forEach(function (row) { rows[codeIn(row)] = row; });
    var codes = Object.keys(rows).sort();
    var areas = {};
    all("path[data-g]", one("#kaartbeeld") || place).forEach(function (path) { areas[path.getAttribute("data-g")] = path; });
    var PARTS = ["kort", "kop", "beelden"].filter(function (id) { return one("#" + id); });
    var first = kept();
    var state = { jaar: years.indexOf(chosen().get("jaar")) >= 0 ? chosen().get("jaar") : newest, gemeente: chosen().get("gemeente") || "" };

    var form = make("form", { "class": "keuzes", "aria-label": "Kies jaar en gemeente" });
    form.addEventListener("submit", function (event) { event.preventDefault(); });
    var told = make("output", {});
    var year;
    if (years.length > 1) {
      year = select("jaar", "Jaar", years.map(function (each) { return [each, each]; }), function (value) {
        state.jaar = value;
        remember("jaar", value === newest ? "" : value);
        show();
      });
      year.element.value = state.jaar;
      form.append(year.place);
    }
    var finder = make("div", {});
    combobox(finder, "Zoek een gemeente op deze pagina", codes.map(function (code) {
      return { text: nameOf(code), value: code };
    }), function (code) {
      state.gemeente = code;
      remember("gemeente", code);
      point();
    });
    form.append(finder, told);
    place.append(form);

    /* A municipality that is pointed at on the map says its figure; the table and the field above do the same by keyboard. */
    var shown = make("p", { "class": "aangewezen", "aria-hidden": "true" });
    if (one("#kaartbeeld")) {
      one("#kaartbeeld").after(shown);
      one("#kaartbeeld").addEventListener("pointerover", function (event) {
        var code = event.target.getAttribute && event.target.getAttribute("data-g");
        shown.textContent = code && rows[code] ? saying(code) : "";
      });
    }
    if (state.jaar !== newest) { show(); } else { point(); }

    function codeIn(row) { return codeOf(one("a", row).getAttribute("href")); }
    function nameOf(code) { return rows[code].cells[0].textContent.trim(); }
    function heads() { return all("#kop th").map(function (head) { return head.textContent.trim(); }); }
    function saying(code) {
      var names = heads();
      return Array.prototype.map.call(rows[code].cells, function (cell, at) {
        var figure = cell.cloneNode(true);
        all("sup", figure).forEach(function (letters) { letters.remove(); });
        var text = figure.textContent.trim();
        return at && text ? names[at].replace(/ [btvkc]+$/, "") + ": " + text : text;
      }).filter(Boolean).join(". ") + ".";
    }
    function point() {
      all("tr.gekozen", body).forEach(function (row) { row.classList.remove("gekozen"); });
      all(".mp .gekozen").forEach(function (mark) { mark.remove(); });
      told.textContent = "U ziet de cijfers over " + state.jaar + ".";
      if (!rows[state.gemeente]) { return; }
      rows[state.gemeente].classList.add("gekozen");
      told.textContent += " " + saying(state.gemeente);
      var area = areas[state.gemeente];
      if (area) {
        // Over all others, so that its whole outline is seen.
        var outline = area.cloneNode(false);
        outline.removeAttribute("data-g");
        outline.setAttribute("class", "o gekozen");
        area.parentNode.parentNode.append(outline);
      }
    }
    function kept() {
      var content = { order: all("tr", body), cells: {}, parts: {}, shades: {}, regions: [], letters: [] };
      codes.forEach(function (code) { content.cells[code] = Array.prototype.slice.call(rows[code].cells, 1); });
      PARTS.forEach(function (id) {
        var part = one("#" + id).cloneNode(true);
        // Buttons are made anew.
        all(".knoppen", part).forEach(function (buttons) { buttons.textContent = ""; });
        content.parts[id] = part.innerHTML;
      });
      Object.keys(areas).forEach(function (code) { content.shades[code] = areas[code].parentNode.getAttribute("class"); });
      all("table[id^='regio-'] tbody tr").forEach(function (row) { content.regions.push([row, row.cells[1]]); });
      all("sup.regioletters").forEach(function (letters) { content.letters.push([letters, letters.textContent]); });
      var svg = one("#kaartbeeld svg");
      if (svg) { content.words = [one("title", svg).innerHTML, one("desc", svg).innerHTML]; content.legend = legendOf(svg); }
      return content;
    }
    function legendOf(svg) {
      var map = one("g[transform]", svg);
      return Array.prototype.filter.call(svg.children, function (part) { return map.compareDocumentPosition(part) & 4; });
    }
    function show() {
      if (state.jaar === newest) { restore(); shownYear(); return; }
      load("indicator:" + place.getAttribute("data-indicator"), place.getAttribute("data-script"), function (content) {
        if (!content || !content.jaren[state.jaar]) { told.textContent = "De cijfers over " + state.jaar + " zijn niet te laden."; return; }
        change(content, content.jaren[state.jaar]);
        shownYear();
      });
    }
    function shownYear() {
      all(".jaar").forEach(function (each) { each.textContent = state.jaar; });
      if (one("#beelden")) { setUpDownloads(one("#beelden")); }
      point();
    }
    function restore() {
      codes.forEach(function (code) { put(rows[code], first.cells[code]); });
      first.order.forEach(function (row) { body.append(row); });
      PARTS.forEach(function (id) { one("#" + id).innerHTML = first.parts[id]; });
      Object.keys(areas).forEach(function (code) { move(areas[code], first.shades[code]); });
      first.regions.forEach(function (each) { put(each[0], [each[1]]); });
      first.letters.forEach(function (each) { each[0].textContent = each[1]; });
      var svg = one("#kaartbeeld svg");
      if (svg) {
        legendOf(svg).forEach(function (part) { part.remove(); });
        first.legend.forEach(function (part) { svg.append(part); });
        one("title", svg).innerHTML = first.words[0];
        one("desc", svg).innerHTML = first.words[1];
      }
    }
    function change(content, of) {
      var columns = { cijfer: texts(of.cijfer), aantal: texts(of.aantal), plaats: texts(of.plaats), gelijken: texts(of.gelijken) };
      codes.forEach(function (code, at) {
        var cells = [figureCell(columns.cijfer[at], content.redenen, false)];
        if (hasCount) { cells.push(cellOf(columns.aantal[at])); }
        if (isRatio && of.van) { cells.push(cellOf({ t: "geen: twijfel", k: "geen: kleine aantallen", c: "geen: betaalt opvang voor de regio", j: "geen: veel jongeren van 15 tot 25" }[columns.plaats[at]] || columns.plaats[at])); }
        if (isRatio) { cells.push(cellOf(columns.gelijken[at])); cells.push(cellOf(/[1-5]/.test(of.kaart[at]) ? of.kaart[at] : "")); }
        put(rows[code], cells);
      });
      of.volgorde.split(" ").forEach(function (at) { body.append(rows[codes[at]]); });
      PARTS.forEach(function (id) { one("#" + id).innerHTML = of.html[id]; });
      var regions = texts(of.regios);
      first.regions.forEach(function (each) {
        var at = content.regios.indexOf(codeIn(each[0]));
        put(each[0], [at < 0 ? cellOf("") : figureCell(regions[at], content.redenen)]);
      });
      first.letters.forEach(function (each) { each[0].textContent = of.regioletters; });
      var svg = one("#kaartbeeld svg");
      if (!svg) { return; }
      codes.forEach(function (code, at) {
        if (areas[code]) { move(areas[code], { 0: "none", x: "doubt" }[of.kaart[at]] || "k" + of.kaart[at]); }
      });
      legendOf(svg).forEach(function (part) { part.remove(); });
      svg.insertAdjacentHTML("beforeend", of.legenda);
      one("title", svg).innerHTML = of.titel;
      one("desc", svg).innerHTML = of.beschrijving;
    }
    function texts(joined) { return (joined || "").split("|"); }
    function put(row, cells) {
      while (row.cells.length > 1) { row.cells[1].remove(); }
      cells.forEach(function (cell) { row.append(cell); });
    }
    function cellOf(text) { return make("td", { text: text || "" }); }
    function figureCell(told, reasons) {
      if (told[0] === "~") { return make("td", {}, [make("em", { text: reasons[told.slice(1)] })]); }
      var parts = told.split("^");
      return make("td", {}, parts[1] ? [parts[0], make("sup", { text: parts[1] })] : [parts[0]]);
    }
    function move(path, shade) {
      var map = one("#kaartbeeld g[transform]");
      var group = Array.prototype.filter.call(map.children, function (each) { return each.getAttribute("class") === shade; })[0];
      if (!group) {
        group = document.createElementNS("http://www.w3.org/2000/svg", "g");
        group.setAttribute("class", shade);
        group.setAttribute("fill", "url(#kaartbeeld-" + shade + ")");
        map.prepend(group);
      }
      group.append(path);
    }
  }

  onReady(function () {
    all("[data-zoek]").forEach(setUpSearch);
    setUpDownloads();
    all("[data-keuzes]").forEach(setUpMunicipality);
    all("[data-regio]").forEach(setUpRegion);
    all("[data-vergelijk]").forEach(setUpComparison);
    all("[data-jaarkeuze]").forEach(setUpIndicator);
    // A choice hidden in a closed part must be seen by who is led to it.
    if (location.hash) {
      var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
      var closed = target && target.closest("details:not([open])");
      if (closed) { closed.open = true; target.scrollIntoView(); }
    }
  });
}());
