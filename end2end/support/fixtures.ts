import { test as base, type BrowserContext, type Page, type Response, expect } from '@playwright/test';
import { type Person, signUpOverHttp, type SignedIn, stranger } from './people';

/** What a project decides beside Playwright's own options. */
export interface Options {
  /** Whether the `.wasm` may be loaded. */
  wasm: boolean;
}

/** What a test may say about the console; everything else on it fails the test. */
export interface Quiet {
  /**
   * Allows Chromium's own "Failed to load resource" line for these, what is said of a part of the WebAssembly that
   * could not be loaded, and what is said of a crash of it.
   *
   * @param failures status codes (`404`), network errors (`'ERR_INTERNET_DISCONNECTED'`), `'PART'` or `'CRASH'`
   */
  except(...failures: (number | string)[]): void;
}

interface Fixtures {
  /** Whether pages become an app: JavaScript on and WebAssembly allowed. */
  hydrates: boolean;
  /** Fails the test if a page says anything on the console, throws, or breaks the content security policy. */
  quiet: Quiet;
  /** Opens a path, in `page` unless another is given, and waits until it is hydrated where it hydrates. */
  visit(path: string, page?: Page): Promise<Response>;
  /** Opens a page in a browser of its own, which shares no cookie with the others; `except` as in {@link Quiet}. */
  elsewhere(...except: (number | string)[]): Promise<Page>;
  /** Somebody with an account whom this browser does not know. */
  account: Person & SignedIn;
  /** Somebody with an account who is signed in in this browser. */
  person: Person & SignedIn;
}

/** With JavaScript off or its WebAssembly blocked, Chromium says that what was preloaded was not used. */
const UNUSED_PRELOAD = /was preloaded using link preload but not used/;

/** What the framework and Chromium say of WebAssembly that has crashed. */
const CRASH = /panicked at|hydration error|unreachable|\/pkg\//i;

/** Chromium's own word at every sign-out. */
const CLEARED_SITE_DATA = /^Clear-Site-Data header on '[^']+': Cleared data types: "cache", "storage"\.$/;

/** Lets `context` tell what its pages say. */
async function watch(
  context: BrowserContext,
  noise: string[],
  allowed: Set<string>,
  hydrates: boolean,
): Promise<void> {
  context.on('console', message => {
    const text = message.text();
    const failure =
      /^Failed to load resource: (?:the server responded with a status of (\d+)|net::(\w+))/.exec(text);
    const isPart =
      message.location().url.includes('/__wasm_split.') && /Failed to fetch|CompileError/.test(text);
    const isCrash = CRASH.test(text);
    const cause = failure?.[1] ?? failure?.[2] ?? (isPart ? 'PART' : isCrash ? 'CRASH' : undefined);
    if (cause && allowed.has(cause)) return;
    if (CLEARED_SITE_DATA.test(text)) return;
    if (!hydrates && UNUSED_PRELOAD.test(text)) return;
    noise.push(`${message.type()}: ${text} (${message.location().url})`);
  });
  context.on('weberror', error => {
    const text = error.error().stack ?? error.error().message;
    if (!(allowed.has('CRASH') && CRASH.test(text))) noise.push(`uncaught: ${text}`);
  });
  await context.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => {
      console.error(
        `CSP: ${event.violatedDirective} forbids ${event.blockedURI || event.sample} in ${event.sourceFile}`,
      );
    });
  });
}

/** Playwright's `test` with people, a browser that must keep quiet, and pages that are ready. */
export const test = base.extend<Fixtures & Options>({
  wasm: [true, { option: true }],

  hydrates: async ({ javaScriptEnabled, wasm }, use) => use(javaScriptEnabled !== false && wasm),

  quiet: [
    async ({ context, hydrates, wasm }, use) => {
      const noise: string[] = [];
      const allowed = new Set<string>();
      await watch(context, noise, allowed, hydrates);
      if (!wasm) {
        allowed.add('ERR_BLOCKED_BY_CLIENT');
        await context.route('**/*.wasm', route => route.abort('blockedbyclient'));
      }
      await use({ except: (...failures) => failures.forEach(failure => allowed.add(String(failure))) });
      expect(noise, 'what the pages said on the console').toEqual([]);
    },
    { auto: true },
  ],

  visit: async ({ page, hydrates }, use) => {
    await use(async (path, on = page) => {
      const response = await on.goto(path);
      if (!response) throw new Error(`${path} was no navigation`);
      if (hydrates) await on.locator('html[data-hydrated]').waitFor();
      return response;
    });
  },

  elsewhere: async ({ browser, hydrates, wasm }, use) => {
    const noise: string[] = [];
    const contexts: BrowserContext[] = [];
    await use(async (...except) => {
      const context = await browser.newContext();
      contexts.push(context);
      const allowed = new Set(except.map(String));
      if (!wasm) allowed.add('ERR_BLOCKED_BY_CLIENT');
      await watch(context, noise, allowed, hydrates);
      if (!wasm) await context.route('**/*.wasm', route => route.abort('blockedbyclient'));
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(noise, 'what the pages elsewhere said on the console').toEqual([]);
  },

  account: async ({ request, baseURL }, use) => {
    const person = stranger();
    await use({ ...person, ...(await signUpOverHttp(request, baseURL!, person)) });
  },

  person: async ({ context, baseURL }, use) => {
    const person = stranger();
    await use({ ...person, ...(await signUpOverHttp(context.request, baseURL!, person)) });
  },
});

export { expect };
