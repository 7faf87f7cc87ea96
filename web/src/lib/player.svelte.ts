// Plays time: moves the filter's window over the bars, a bar a frame, rolling on or growing from its start.
// Under reduced motion a frame stays for at least a second; the camera never moves by itself.
import { moved, nextFrame, windowOf, type Window } from './histogram';
import { app } from './state.svelte';

/** Bars a second. Faster than four the map cannot repaint, and no one can read. */
export const SPEEDS = [0.5, 1, 2, 4] as const;
const CALM_MS = 1000;
/** With no window chosen, playback starts with one of this share of the whole time. */
const FIRST_SHARE = 1 / 12;

class Player {
  playing = $state(false);
  speed = $state<number>(2);
  cumulative = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;

  window = $derived.by(() => windowOf(app.bars, app.filter.from, app.filter.to));

  show({ from, to }: Window) {
    const bars = app.bars;
    if (bars.length === 0) return;
    app.filter.from = bars[from]!.from;
    app.filter.to = bars[to]!.to;
  }

  step(by: number) {
    this.pause();
    this.show(moved(this.window, by, app.bars.length));
  }

  toggle() {
    if (this.playing) this.pause();
    else this.play();
  }

  play() {
    const bars = app.bars.length;
    if (bars < 2) return;
    this.playing = app.playing = true;
    const whole = this.window.from === 0 && this.window.to === bars - 1;
    const width = whole ? Math.max(1, Math.round(bars * FIRST_SHARE)) : this.window.to - this.window.from + 1;
    // At the end of time, or with all of it shown, playback starts over.
    if (this.window.to >= bars - 1) this.show({ from: this.cumulative && !whole ? this.window.from : 0, to: Math.min(bars, (this.cumulative && !whole ? this.window.from : 0) + (this.cumulative ? 1 : width)) - 1 });
    this.#next();
  }

  pause() {
    clearTimeout(this.#timer);
    this.playing = app.playing = false;
  }

  #next() {
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    const wait = Math.max(1000 / this.speed, calm ? CALM_MS : 0);
    this.#timer = setTimeout(() => {
      const window = nextFrame(this.window, app.bars.length, this.cumulative);
      if (!window) return this.pause();
      this.show(window);
      this.#next();
    }, wait);
  }
}

export const player = new Player();
