// Arrows and swipes follow the links to other pictures, Escape goes back to all. Two fingers, two taps, + and -, and the
// wheel with Ctrl enlarge the picture, which fills the window until it is small again.

const typing = "input, textarea, select, [contenteditable], .along";
const rtl = document.dir === "rtl";
const follow = (rel) => document.querySelector(`a[rel="${rel}"]`)?.click();

const LARGEST = 8;
const [SWIPE, NEAR] = [60, 30]; // pixels: of a swipe, and between two taps
const SOON = 350; // milliseconds

const apart = (one, other) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);

class Viewer {
  constructor(stage) {
    this.stage = stage;
    this.frame = stage.querySelector(".framed");
    this.picture = stage.querySelector("img");
    this.picture.draggable = false;
    this.frame.dataset.viewer = "";
    this.fingers = new Map();
    this.place(1, 0, 0);
    for (const name of ["pointerdown", "pointermove", "pointerup", "pointercancel", "click", "wheel"]) {
      this.frame.addEventListener(name, this, { passive: false });
    }
  }

  handleEvent(event) {
    this[event.type](event);
  }

  /** Show the picture at this scale, moved by so many pixels from the middle, and never past its own edges. */
  place(scale, x, y) {
    const large = scale > 1.01;
    if (large !== (this.frame.dataset.viewer === "large")) this.fill(large);
    const [width, height] = this.size();
    const within = (value, side, room) => {
      const most = Math.max(0, (side * scale - room) / 2);
      return large ? Math.min(most, Math.max(-most, value)) : 0;
    };
    this.scale = large ? scale : 1;
    this.x = within(x, width, this.frame.clientWidth);
    this.y = within(y, height, this.frame.clientHeight);
    this.picture.style.transform = large ? `translate(${this.x}px, ${this.y}px) scale(${scale})` : "";
  }

  /** Let the picture fill the window, or stand in the page again; the rest of the page stays where it is. */
  fill(large) {
    this.stage.style.minBlockSize = large ? `${this.stage.offsetHeight}px` : "";
    this.frame.dataset.viewer = large ? "large" : "";
    if (large) for (const each of this.frame.querySelectorAll("[sizes]")) each.sizes = "300vw";
  }

  /** How large the picture itself is in its frame, not enlarged. */
  size() {
    const { clientWidth: width, clientHeight: height } = this.frame;
    const ratio = this.picture.getAttribute("width") / this.picture.getAttribute("height");
    return width > height * ratio ? [height * ratio, height] : [width, width / ratio];
  }

  /** Enlarge so that what is at this point of the window stays there. */
  enlarge(scale, clientX, clientY) {
    const to = Math.min(LARGEST, Math.max(1, scale));
    const box = this.frame.getBoundingClientRect();
    const x = clientX - box.left - box.width / 2;
    const y = clientY - box.top - box.height / 2;
    const by = to / this.scale;
    this.place(to, x - (x - this.x) * by, y - (y - this.y) * by);
  }

  pointerdown(event) {
    if (event.button) return;
    this.fingers.set(event.pointerId, event);
    this.frame.setPointerCapture(event.pointerId);
    const [one, other] = this.fingers.values();
    this.began = other ? undefined : event; // two fingers are no swipe and no tap
    if (other) this.pinch = this.scale / Math.max(1, apart(one, other));
  }

  pointermove(event) {
    const before = this.fingers.get(event.pointerId);
    if (!before) return;
    this.fingers.set(event.pointerId, event);
    const [one, other] = this.fingers.values();
    if (other) {
      const middle = [(one.clientX + other.clientX) / 2, (one.clientY + other.clientY) / 2];
      this.enlarge(this.pinch * apart(one, other), ...middle);
    } else if (this.scale > 1) {
      this.place(this.scale, this.x + event.clientX - before.clientX, this.y + event.clientY - before.clientY);
    }
  }

  pointerup(event) {
    const { began } = this;
    this.pointercancel(event);
    this.stood = began && apart(event, began) < NEAR / 3;
    if (!began || this.stood) return;
    const x = event.clientX - began.clientX;
    const isLevel = Math.abs(x) > 2 * Math.abs(event.clientY - began.clientY);
    const isSwipe = event.pointerType !== "mouse" && isLevel && Math.abs(x) > SWIPE;
    if (isSwipe && this.scale === 1) follow(x < 0 !== rtl ? "next" : "prev");
  }

  /** The second of two taps is acted upon here and not before: what then lies under the finger is not clicked. */
  click(event) {
    if (!this.stood) return;
    const last = this.tapped;
    this.tapped = event;
    if (!last || event.timeStamp - last.timeStamp > SOON || apart(event, last) > NEAR) return;
    this.tapped = undefined;
    this.enlarge(this.scale > 1 ? 1 : 2.5, event.clientX, event.clientY);
  }

  pointercancel(event) {
    this.fingers.delete(event.pointerId);
    this.began = undefined;
  }

  wheel(event) {
    if (!event.ctrlKey && this.scale === 1) return; // it scrolls the page
    event.preventDefault();
    this.enlarge(this.scale * Math.exp(-event.deltaY / 200), event.clientX, event.clientY);
  }

  /** Return whether this key was for the enlarged picture. */
  key(name) {
    const step = { ArrowLeft: [80, 0], ArrowRight: [-80, 0], ArrowUp: [0, 80], ArrowDown: [0, -80] }[name];
    const by = { "+": 1.5, "-": 1 / 1.5 }[name];
    if (by && (this.scale > 1 || by > 1)) this.enlarge(this.scale * by, innerWidth / 2, innerHeight / 2);
    else if (this.scale === 1) return false;
    else if (step) this.place(this.scale, this.x + step[0], this.y + step[1]);
    else if (name === "Escape" || name === "0") this.place(1, 0, 0);
    else return false;
    return true;
  }
}

const stage = document.querySelector(".stage");
const viewer = stage && new Viewer(stage);

document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey || event.target.closest?.(typing)) return;
  if (viewer?.key(event.key)) event.preventDefault();
  else if (!event.shiftKey) {
    const rels = { ArrowRight: rtl ? "prev" : "next", ArrowLeft: rtl ? "next" : "prev", Escape: "up" };
    if (event.key in rels) follow(rels[event.key]);
  }
});
