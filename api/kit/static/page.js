/* The only script of our own. Pages work without it; it says so when an enhancement cannot reach the server. */
document.addEventListener("htmx:sendError", function () {
  var box = document.getElementById("messages");
  if (!box) return;
  var note = document.createElement("div");
  note.className = "notice bad flash";
  note.setAttribute("role", "alert");
  note.textContent = "与服务器的连接中断，本页显示的可能不是最新情况。请检查网络后刷新。";
  box.replaceChildren(note);
});

/* The tick sheet: its quick buttons work through the server; with script they only set the boxes, and nothing is sent before 保存. */
(function () {
  function boxes(form) {
    return Array.prototype.slice.call(form.querySelectorAll("input[name=free]"));
  }
  function tally(form) {
    var place = form.querySelector("[data-tally]");
    if (place) place.textContent = "（" + boxes(form).filter(function (box) { return box.checked; }).length + " 个半天）";
  }
  function set(form, value) {
    var kind = value.split(":")[0], key = value.split(":")[1];
    if (!key) {
      boxes(form).forEach(function (box) {
        box.checked = kind === "all" || box.value.slice(-2).toLowerCase() === kind;
      });
      return;
    }
    var part = form.querySelector((kind.indexOf("day-") ? "[data-week='" : "[data-day='") + key + "']");
    var inside = Array.prototype.slice.call(part.querySelectorAll("input[name=free]"));
    if (kind === "week-same") {
      inside.forEach(function (box) {
        var day = new Date(box.value.slice(0, 10) + "T00:00:00Z");
        day.setUTCDate(day.getUTCDate() - 7);
        var same = form.querySelector("input[name=free][value='" + day.toISOString().slice(0, 10) + box.value.slice(10) + "']");
        box.checked = !!same && same.checked;
      });
      return;
    }
    var on = kind === "week-on" || (!kind.indexOf("day-") && !inside.every(function (box) { return box.checked; }));
    inside.forEach(function (box) { box.checked = on; });
  }
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest(".days button[name=quick]");
    if (!button || !button.value) return;
    event.preventDefault();
    set(button.form, button.value);
    tally(button.form);
  });
  document.addEventListener("change", function (event) {
    if (event.target.name === "free") tally(event.target.form);
  });
  document.addEventListener("reset", function (event) {
    setTimeout(function () { if (event.target.matches(".days")) tally(event.target); });
  });
  Array.prototype.forEach.call(document.querySelectorAll("form.days"), tally);
})();

/* 复制: beside a text to be sent; without script the text is selected by hand. */
document.addEventListener("click", function (event) {
  var button = event.target.closest && event.target.closest("[data-copy]");
  if (!button) return;
  var area = document.getElementById(button.getAttribute("data-copy"));
  function told() { button.textContent = "已复制"; }
  if (navigator.clipboard) { navigator.clipboard.writeText(area.value).then(told); return; }
  area.select();
  if (document.execCommand("copy")) told();
});

/* 全选: over a column of ticks, or before a list marked data-ticks; without script each is ticked by hand. */
(function () {
  function each(list, act) { Array.prototype.forEach.call(list, act); }
  function add(host, boxes, words) {
    if (boxes.length < 2) return;
    var label = document.createElement("label"), box = document.createElement("input"), text = document.createElement("span");
    box.type = "checkbox";
    text.textContent = words + "（" + boxes.length + "）";
    label.className = "check all";
    label.append(box, text);
    function tell() {
      var on = boxes.filter(function (one) { return one.checked; }).length;
      box.checked = on === boxes.length;
      box.indeterminate = on > 0 && on < boxes.length;
    }
    box.addEventListener("change", function () {
      boxes.forEach(function (one) { one.checked = box.checked; });
      tell();
    });
    boxes.forEach(function (one) { one.addEventListener("change", tell); });
    tell();
    host(label, text);
  }
  function ticks(part) { return Array.prototype.slice.call(part.querySelectorAll("input[type=checkbox]:not(:disabled)")); }
  each(document.querySelectorAll("table"), function (table) {
    var head = table.querySelector("th.pick");
    if (!head) return;
    add(function (label, text) { text.className = "sr"; head.replaceChildren(label); }, ticks(table.tBodies[0]), "全选");
  });
  each(document.querySelectorAll("[data-ticks]"), function (list) {
    add(function (label) { list.parentNode.insertBefore(label, list); }, ticks(list), "全选");
  });
})();

/* 都选第一项: what has no answer yet gets the first one, for a person to look over before it is saved. */
Array.prototype.forEach.call(document.querySelectorAll("[data-first-answers]"), function (button) {
  button.hidden = false;
  button.addEventListener("click", function () {
    Array.prototype.forEach.call(button.form.querySelectorAll("fieldset"), function (one) {
      var first = one.querySelector("input[type=radio]");
      if (first && !one.querySelector("input[type=radio]:checked")) first.checked = true;
    });
  });
});

/* Menus close on Esc and on a tap beside them; without script they close by their own title. */
(function () {
  function close(except) {
    Array.prototype.forEach.call(document.querySelectorAll("details.pop[open]"), function (one) {
      if (!except || !one.contains(except)) one.open = false;
    });
  }
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = document.querySelector("details.pop[open] > summary");
    close();
    if (open) open.focus();
  });
  document.addEventListener("click", function (event) { close(event.target); });
})();
