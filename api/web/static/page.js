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
