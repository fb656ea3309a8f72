// A page that is opened from the disk may start no Worker, and the search is one: a hidden frame runs its script instead.
if (location.protocol === "file:") {
  window.Worker = class {
    constructor(script) {
      this.waiting = []
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      this.frame.srcdoc = "<!doctype html><html><body></body></html>"
      this.frame.onload = () => this.run(script)
      document.body.append(this.frame)
    }

    run(script) {
      this.inner = this.frame.contentWindow
      this.inner.postMessage = message => this.later(data => this.onmessage?.({ data }), message)
      const element = this.inner.document.createElement("script")
      element.src = script
      element.onload = () => {
        const waiting = this.waiting
        this.waiting = null
        for (const message of waiting) this.postMessage(message)
      }
      this.inner.document.body.append(element)
    }

    postMessage(message) {
      if (this.waiting) this.waiting.push(structuredClone(message))
      else this.later(data => this.inner.onmessage?.({ data }), message)
    }

    // Messages are copies, as they are between a page and a Worker.
    later(deliver, message) {
      const data = structuredClone(message)
      setTimeout(() => deliver(data))
    }

    terminate() {
      this.frame.remove()
    }
  }
}
