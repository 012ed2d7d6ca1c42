/* 编组页与日程页的拖动: the same forms as the page "放到哪里", asked for when something is picked up and sent when it is put down. */
(function () {
  var board = document.querySelector("[data-board]");
  if (!board) return;
  var asked = "", moves = {}, over = null;
  var card = document.createElement("div");
  card.className = "drop-card";
  card.hidden = true;
  document.body.appendChild(card);
  var dialog = document.getElementById("drop-dialog");

  /* On the calendar every row has the same half-days: only those of the picked row count. */
  function spot(to) {
    var row = board.querySelector(".picked").closest("[data-row]") || board;
    return row.querySelector("[data-spot='" + to + "']");
  }
  function clear() {
    asked = "";
    moves = {};
    over = null;
    card.hidden = true;
    Array.prototype.forEach.call(board.querySelectorAll(".can-drop, .cannot-drop, .picked"), function (one) {
      one.classList.remove("can-drop", "cannot-drop", "picked");
    });
    board.classList.remove("picking");
  }
  function pick(thing) {
    clear();
    var wanted = asked = thing.getAttribute("data-pick");
    thing.classList.add("picked");
    board.classList.add("picking");
    fetch(board.getAttribute("data-board") + "/moves?" + wanted, { headers: { "HX-Request": "true" }, credentials: "same-origin" })
      .then(function (answer) { return answer.ok ? answer.text() : Promise.reject(new Error(String(answer.status))); })
      .then(function (text) {
        if (asked !== wanted) return;
        var page = new DOMParser().parseFromString(text, "text/html");
        Array.prototype.forEach.call(page.querySelectorAll("[data-to]"), function (one) {
          var place = spot(one.getAttribute("data-to"));
          if (!place) return;
          var ok = one.hasAttribute("data-ok");
          moves[one.getAttribute("data-to")] = { ok: ok, words: one.getAttribute("data-words"), form: document.importNode(one.querySelector("form"), true) };
          place.classList.add(ok ? "can-drop" : "cannot-drop");
        });
      })
      .catch(function () { if (asked === wanted) { clear(); tell("没有取到可以放的地方，请刷新后再试。"); } });
  }
  function tell(text) {
    var box = document.getElementById("messages");
    if (!box) return;
    var note = document.createElement("div");
    note.className = "notice bad flash";
    note.setAttribute("role", "alert");
    note.textContent = text;
    box.replaceChildren(note);
  }
  /* A seat lies inside its group: the innermost place that has a move counts. */
  function target(element) {
    for (var place = element.closest && element.closest("[data-spot]"); place; place = place.parentElement && place.parentElement.closest("[data-spot]")) {
      if (moves[place.getAttribute("data-spot")]) return place;
    }
    return null;
  }
  function send(move) {
    move.form.hidden = true;
    document.body.appendChild(move.form);
    move.form.submit();
  }
  function put(place) {
    var move = moves[place.getAttribute("data-spot")];
    if (move.ok || !dialog || !dialog.showModal) { if (move.ok) send(move); return; }
    dialog.querySelector("[data-drop-words]").textContent = move.words;
    dialog.querySelector("[data-drop-keep]").onclick = function () { send(move); };
    dialog.querySelector("[data-drop-cancel]").onclick = function () { dialog.close(); clear(); };
    dialog.showModal();
  }

  board.addEventListener("dragstart", function (event) {
    var thing = event.target.closest && event.target.closest("[data-pick]");
    if (!thing) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", thing.getAttribute("data-pick"));
    pick(thing);
  });
  board.addEventListener("dragover", function (event) {
    if (!asked) return;
    var place = target(event.target);
    card.hidden = !place;
    if (!place) return;
    event.preventDefault();
    var move = moves[place.getAttribute("data-spot")];
    if (place !== over) {
      over = place;
      card.textContent = (move.ok ? "" : "会违反规则：") + move.words;
      card.className = "drop-card " + (move.ok ? "ok" : "bad");
    }
    card.style.left = Math.min(event.clientX + 16, window.innerWidth - 280) + "px";
    card.style.top = event.clientY + 18 + "px";
  });
  board.addEventListener("drop", function (event) {
    var place = asked && target(event.target);
    if (!place) return;
    event.preventDefault();
    card.hidden = true;
    put(place);
  });
  document.addEventListener("dragend", function () { if (!dialog || !dialog.open) clear(); });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") clear(); });
})();
