// Passkeys and printing. Without this file, codes are typed and the browser's own menu prints.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const opened = (options) => {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    for (const list of [options.allowCredentials, options.excludeCredentials]) {
      for (const key of list || []) key.id = bytes(key.id);
    }
    return options;
  };

  const closed = (key) => {
    const answer = { clientDataJSON: text(key.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (key.response[name]) answer[name] = text(key.response[name]);
    }
    if (key.response.getTransports) answer.transports = key.response.getTransports();
    return JSON.stringify({ id: key.id, rawId: text(key.rawId), type: key.type, response: answer, clientExtensionResults: {} });
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    const field = form.elements.passkey;
    form.addEventListener("submit", async (event) => {
      if (field.value) return;
      event.preventDefault();
      const wrong = form.querySelector('[role="alert"]');
      wrong.hidden = true;
      try {
        const key = await navigator.credentials[form.dataset.passkey]({ publicKey: opened(JSON.parse(form.dataset.options)) });
        field.value = closed(key);
        form.submit();
      } catch {
        wrong.hidden = false;
      }
    });
  }

  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
})();
