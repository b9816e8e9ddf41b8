// Loads the WebAssembly and hydrates the page. Where that cannot be done, or ends in a crash, the document works
// without it, as the server made it. Part of every page (app/platform/src/shell.rs), which leaves lines like these out.

// The key of what is kept in the tab once its WebAssembly has crashed, and for how long documents then stay plain.
const PLAIN = 'plain';
const PLAIN_FOR_MS = 600_000;

// Storage may be forbidden, and then throws.
const inStore = act => {
  try {
    return act(sessionStorage);
  } catch {
    return null;
  }
};
const read = () => inStore(store => JSON.parse(store.getItem(PLAIN)));
// What is written must be readable, or a reload would end here again.
const keep = value =>
  inStore(store => {
    store.setItem(PLAIN, JSON.stringify(value));
    return store.getItem(PLAIN) !== null;
  });

const isAlive = () => document.documentElement.hasAttribute('data-hydrated');
const report = cause => navigator.sendBeacon?.(`/client-failure/${cause}`);

// Hidden fields are the server's. A password is never stored, also where its button shows it as text.
const isKept = field => !['hidden', 'password'].includes(field.type) && !field.autocomplete.endsWith('-password');
const fields = () => [...document.querySelectorAll('input, textarea')].filter(isKept);
const nameOf = field => field.id || field.name;
const typed = () =>
  fields()
    .filter(field => field.value !== field.defaultValue || field.checked !== field.defaultChecked)
    .map(field => [nameOf(field), field.value, field.checked]);
const type = kept => {
  for (const [name, value, checked] of kept) {
    const field = fields().find(field => nameOf(field) === name);
    if (field) Object.assign(field, field.type === 'checkbox' ? { checked } : { value });
  }
};

// Gives this document up: nothing is intercepted any more, and a document without the script takes its place, with what
// was typed so far. Without a way to keep it from running the script again there is no reload.
let isOver = false;
const giveUp = () => {
  if (isOver) return;
  isOver = true;
  report(isAlive() ? 'crash' : 'hydration');
  for (const event of ['click', 'submit', 'input', 'keydown', 'popstate'])
    addEventListener(event, event => event.stopImmediatePropagation(), true);
  if (keep({ until: Date.now() + PLAIN_FOR_MS, at: location.pathname, typed: typed() })) location.reload();
};

// Records what extensions and translators change in the server's document until it is hydrated. Hydration walks the
// document as the server made it, so `undo` restores that, and gives a function that puts added elements back.
const recorded = root => {
  const seen = [];
  const observer = new MutationObserver(records => seen.push(...records));
  observer.observe(root, { subtree: true, childList: true, characterData: true, characterDataOldValue: true });
  return () => {
    seen.push(...observer.takeRecords());
    observer.disconnect();
    const focused = document.activeElement;
    for (const { target, addedNodes, removedNodes, nextSibling, oldValue, type } of [...seen].reverse()) {
      if (type === 'characterData') target.data = oldValue;
      for (const node of addedNodes) node.remove();
      for (const node of removedNodes) target.insertBefore(node, nextSibling);
    }
    if (document.activeElement !== focused) focused.focus();
    // What took the place of something else, as a translation does, would stand there twice.
    const onlyAdded = seen.every(record => record.type === 'childList' && !record.removedNodes.length);
    return () => {
      for (const { target, addedNodes, nextSibling } of onlyAdded ? seen : [])
        for (const node of addedNodes)
          if (target.isConnected)
            target.insertBefore(node, nextSibling?.parentNode === target ? nextSibling : null);
    };
  };
};

// `root` is the id of the element to hydrate; `js`, `wasm` and `parts` are addresses, `parts` of what this page needs beside the two.
const boot = async ({ root, js, wasm, parts, isSignedIn }) => {
  const kept = read();
  if (kept?.until > Date.now()) {
    if (kept.typed && kept.at === location.pathname) type(kept.typed);
    keep({ until: kept.until });
    return;
  }
  if (kept) inStore(store => store.removeItem(PLAIN));
  if (!globalThis.WebAssembly) return;

  const folder = new URL('.', new URL(js, location.href)).href;
  const isOurs = error => error instanceof WebAssembly.RuntimeError || error?.stack?.includes(folder);
  addEventListener('error', event => isOurs(event.error) && giveUp());
  addEventListener('unhandledrejection', event => isOurs(event.reason) && giveUp());
  const undo = recorded(document.getElementById(root));

  for (const part of parts) fetch(part).catch(() => {});
  let app;
  try {
    const [module, module_or_path] = await Promise.all([import(js), fetch(wasm)]);
    await module.default({ module_or_path });
    app = module;
  } catch {
    report('load');
    return;
  }
  try {
    if (!(await app.hydrate(isSignedIn, undo))) report('load');
  } catch {
    giveUp();
  }
};
