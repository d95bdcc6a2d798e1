// Small helps on top of pages that work without them.
const refreshEvery = 3000;

const live = document.getElementById('live');
const pause = document.getElementById('pause');
if (live && pause) {
  let paused = false;
  pause.hidden = false;
  pause.addEventListener('click', () => {
    paused = !paused;
    pause.setAttribute('aria-pressed', String(paused));
    pause.textContent = paused ? 'Go on' : 'Pause';
  });
  setInterval(async () => {
    if (paused || document.hidden) return;
    try {
      const response = await fetch(live.dataset.source, { headers: { accept: 'text/html' } });
      // A session that has ended leads to the sign-in page, which is no row.
      if (response.ok && !response.redirected) live.innerHTML = await response.text();
    } catch {
      // The gateway is away; the next turn tries again.
    }
  }, refreshEvery);
}

// Ctrl+Enter sends the playground's form from any of its fields; sent forms say so.
const ask = document.getElementById('ask');
if (ask) {
  ask.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) ask.requestSubmit();
  });
  ask.addEventListener('submit', () => {
    const button = ask.querySelector('button');
    button.textContent = 'Asking …';
    button.setAttribute('aria-disabled', 'true');
  });
}

// What was removed first is in view.
const removed = document.querySelector('.prompt del');
if (removed) removed.parentElement.scrollTop += removed.getBoundingClientRect().top - removed.parentElement.getBoundingClientRect().top - 60;

// One key judges the answer that has the focus; j and k move on and back.
const items = [...document.querySelectorAll('[data-judge]')];
for (const [index, item] of items.entries()) {
  item.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const verdict = { r: 'right', w: 'wrong' }[event.key];
    if (verdict) item.querySelector(`button[value="${verdict}"]`).click();
    else if (event.key === 'j') items[index + 1]?.focus();
    else if (event.key === 'k') items[index - 1]?.focus();
    else return;
    event.preventDefault();
  });
}
if (new URLSearchParams(location.search).has('done')) items[0]?.focus();
