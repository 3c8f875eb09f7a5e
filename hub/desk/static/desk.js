// The desk works without this file. Each part below looks for its own attribute and does one thing.
(() => {
  "use strict";
  const all = (selector, root = document) => root.querySelectorAll(selector);

  // data-poll: fetch the page again and swap this one element, while somebody looks at it.
  const poll = (id) => {
    let failures = 0;
    const again = () => {
      const part = document.getElementById(id);
      if (!part) return;
      const seconds = Number(part.dataset.pollSeconds) || 5;
      setTimeout(step, Math.min(seconds * 2 ** failures, 60) * 1000);
    };
    const step = async () => {
      const part = document.getElementById(id);
      if (!part || !part.dataset.poll) return;
      if (document.hidden) {
        document.addEventListener("visibilitychange", step, { once: true });
        return;
      }
      try {
        const answer = await fetch(part.dataset.poll, { headers: { "X-Fragment": id }, redirect: "error" });
        if (!answer.ok) throw new Error(answer.status);
        const text = await answer.text();
        const fresh = new DOMParser().parseFromString(text, "text/html").getElementById(id);
        if (!fresh) throw new Error("another page");
        swap(part, fresh);
        failures = 0;
        part.classList.remove("stale");
      } catch {
        failures += 1;
        part.classList.add("stale");
      }
      again();
    };
    again();
  };

  // Nothing moves under the finger: what has the focus, or is being typed into, keeps it.
  const swap = (part, fresh) => {
    const focus = document.activeElement;
    const inside = focus && part.contains(focus);
    if (inside && /^(INPUT|SELECT|TEXTAREA)$/.test(focus.tagName)) return;
    if (part.innerHTML === fresh.innerHTML) return;
    const key = inside && (focus.id ? `#${CSS.escape(focus.id)}` : focus.href && `a[href="${CSS.escape(focus.getAttribute("href"))}"]`);
    part.replaceChildren(...fresh.childNodes);
    for (const name of ["data-poll", "data-poll-seconds"]) {
      if (fresh.hasAttribute(name)) part.setAttribute(name, fresh.getAttribute(name));
      else part.removeAttribute(name);
    }
    if (key) part.querySelector(key)?.focus({ preventScroll: true });
    enliven(part);
  };

  // data-quick: buttons that fill a moment: minutes from now, or the next such hour.
  const pad = (number) => String(number).padStart(2, "0");
  const local = (moment) => {
    const parts = Object.fromEntries(
      new Intl.DateTimeFormat("en-GB", {
        timeZone: "Europe/Copenhagen", hourCycle: "h23", year: "numeric", month: "2-digit",
        day: "2-digit", hour: "2-digit", minute: "2-digit",
      }).formatToParts(moment).map((part) => [part.type, part.value]));
    return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
  };
  const filled = (step) => {
    if (!step.includes(":")) return local(new Date(Date.now() + Number(step) * 60000));
    const now = local(new Date());
    const [hour, minute] = step.split(":").map(Number);
    const wanted = `${pad(hour)}:${pad(minute)}`;
    if (wanted > now.slice(11)) return `${now.slice(0, 10)}T${wanted}`;
    const day = new Date(`${now.slice(0, 10)}T12:00:00Z`);
    day.setUTCDate(day.getUTCDate() + 1);
    return `${day.toISOString().slice(0, 10)}T${wanted}`;
  };

  // data-speak: the browser's own voice, in the text's language.
  const speak = (button) => {
    const text = button.parentElement.querySelector("[data-speech]");
    if (!("speechSynthesis" in window) || !text) return;
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", () => {
      const going = speechSynthesis.speaking;
      speechSynthesis.cancel();
      if (going) return;
      const voice = new SpeechSynthesisUtterance(text.textContent);
      voice.lang = text.lang;
      voice.rate = 0.9;
      voice.onend = voice.onerror = () => { button.textContent = words; };
      button.textContent = button.dataset.stop;
      speechSynthesis.speak(voice);
    });
  };

  // data-preview: what a form would make, fetched while it is filled; its element is the one named.
  const preview = (form) => {
    const target = document.getElementById(form.dataset.preview);
    let timer, last;
    const show = async () => {
      last?.abort();
      last = new AbortController();
      try {
        const answer = await fetch(form.dataset.previewUrl, { method: "POST", body: new FormData(form), signal: last.signal, redirect: "error" });
        if (!answer.ok) throw new Error(answer.status);
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(target.id);
        if (fresh) swap(target, fresh);
        target.classList.remove("stale");
      } catch (error) {
        if (error.name !== "AbortError") target.classList.add("stale");
      }
    };
    if (target) form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 400); });
  };

  const filter = (box) => {
    const list = document.getElementById(box.dataset.filter);
    const field = box.querySelector("input");
    const count = box.querySelector("[data-count]");
    if (!list) return;
    box.hidden = false;
    field.addEventListener("input", () => {
      const words = field.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
      const rows = [...all("[data-row]", list)];
      let shown = 0;
      for (const row of rows) {
        const text = row.textContent.toLocaleLowerCase();
        row.hidden = !words.every((word) => text.includes(word));
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = count.dataset.count.replace("{shown}", shown).replace("{all}", rows.length);
    });
  };

  const enliven = (root) => {
    for (const box of all("[data-quick]", root)) {
      box.hidden = false;
      for (const button of all("[data-step]", box)) {
        button.addEventListener("click", () => {
          const field = document.getElementById(box.dataset.quick);
          field.value = filled(button.dataset.step);
          const list = document.getElementById(`${box.dataset.quick}__quick`);
          if (list) list.value = "";
          field.dispatchEvent(new Event("input", { bubbles: true }));
        });
      }
    }
    for (const button of all("[data-copy]", root)) {
      if (!navigator.clipboard) continue;
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent);
        button.textContent = button.dataset.done;
      });
    }
    for (const hint of all("[data-left]", root)) {
      const field = document.getElementById(hint.dataset.left);
      const most = Number(field.dataset.most);
      const show = () => {
        hint.textContent = hint.dataset.words.replace("{left}", most - [...field.value].length).replace("{most}", most);
      };
      field.addEventListener("input", show);
    }
    all("[data-speak]", root).forEach(speak);
    all("form[data-preview]", root).forEach(preview);
    all("[data-filter]", root).forEach(filter);
  };

  enliven(document);
  all("[data-poll]").forEach((part) => poll(part.id));
  document.getElementById("summary")?.focus();
  // A button pressed twice sends once.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
})();
