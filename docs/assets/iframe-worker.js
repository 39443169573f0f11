/*
 * Search on pages opened from disk: browsers refuse to start workers there, so the search runs in a hidden frame.
 *
 * The frame offers the theme's search worker the two functions of a worker that it calls, postMessage and importScripts.
 * On pages that a server hands out nothing is changed.
 */
"use strict";
(() => {
  if (location.protocol !== "file:") return;

  class FrameWorker extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      this.started = new Promise((resolve) => frame.addEventListener("load", resolve, { once: true })).then(async () => {
        const inside = frame.contentWindow;
        inside.postMessage = (data) =>
          this.dispatchEvent(new MessageEvent("message", { data: structuredClone(data) }));
        inside.importScripts = (...addresses) => load(inside.document, addresses);
        await load(inside.document, [address]);
        return inside;
      });
      document.body.append(frame);
    }

    async postMessage(data) {
      const inside = await this.started;
      inside.dispatchEvent(new inside.MessageEvent("message", { data: inside.structuredClone(data) }));
    }
  }

  // One after the other, as later ones build on earlier ones; the promise is kept when the last one has run.
  async function load(page, addresses) {
    for (const address of addresses) {
      const script = page.createElement("script");
      script.src = new URL(address, document.baseURI);
      const loaded = new Promise((resolve, reject) => Object.assign(script, { onload: resolve, onerror: reject }));
      page.body.append(script);
      await loaded;
    }
  }

  // By this name in the page around it the search worker knows that it runs in a frame, and finds its dictionaries.
  window.IFrameWorker = window.Worker = FrameWorker;
})();
