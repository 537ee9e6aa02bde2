// What all methods of the client share: building a request, sending it, reading the answer.

/** ApiError is an answer with a status outside 200-299. */
export class ApiError extends Error {
  constructor(answer) {
    const told = answer.data && (answer.data.message ?? answer.data.Message);
    super(typeof told === 'string' ? told : `HTTP status ${answer.status}`);
    this.name = 'ApiError';
    this.status = answer.status;
    this.headers = answer.headers;
    this.data = answer.data;
    this.errorType = answer.headers.get('x-amzn-errortype');
    this.requestId = answer.headers.get('x-amzn-requestid');
  }
}

/** Transport sends requests to one stage. */
export class Transport {
  #base;
  #apiKey;
  #headers;
  #fetch;

  constructor({ baseUrl, apiKey, headers, fetch = globalThis.fetch } = {}) {
    if (!baseUrl) {
      throw new TypeError('baseUrl is missing: the address of the stage, such as https://example.com/prod');
    }
    if (typeof fetch !== 'function') {
      throw new TypeError('fetch is missing: this environment has none, so one must be given');
    }
    this.#base = String(baseUrl).replace(/\/+$/, '');
    this.#apiKey = apiKey;
    this.#headers = headers;
    this.#fetch = fetch;
  }

  /** send resolves to {status, headers, data} and rejects with an ApiError. */
  async send(verb, path, request = {}) {
    const method = verb === 'ANY' ? request.method : verb;
    if (!method) {
      throw new TypeError(`method is missing: ${path} takes any`);
    }
    const url = this.#base + expand(path, request.path ?? {}) + search(request.query ?? {});
    const headers = new Headers();
    if (this.#apiKey) {
      headers.set('x-api-key', this.#apiKey);
    }
    add(headers, this.#headers ?? {});
    add(headers, request.headers ?? {});
    const init = { method, headers, body: encode(request.body, headers) };
    if (request.signal) {
      init.signal = request.signal;
    }
    // Called as a plain function: browsers refuse fetch as a method of another object.
    const fetch = this.#fetch;
    const response = await fetch(url, init);
    const answer = { status: response.status, headers: response.headers, data: await decode(response) };
    if (!response.ok) {
      throw new ApiError(answer);
    }
    return answer;
  }
}

/** expand fills in the variables of a path. A greedy one keeps its slashes. */
function expand(path, values) {
  return path.replace(/\{([^{}+]+)(\+?)\}/g, (_, name, greedy) => {
    const value = values[name];
    if (value === undefined || value === null || value === '') {
      throw new TypeError(`path.${name} is missing: ${path} needs it`);
    }
    const segments = greedy ? String(value).split('/') : [String(value)];
    if (segments.includes('.') || segments.includes('..')) {
      throw new TypeError(`path.${name} is ${value}: a URL would lead elsewhere`);
    }
    return segments.map(encodeURIComponent).join('/');
  });
}

/** search writes a query string; a list becomes several parameters of one name. */
function search(query) {
  const pairs = [];
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) {
        pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(one)}`);
      }
    }
  }
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** add sets headers, each in place of one of the same name. A list becomes several values. */
function add(headers, values) {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) {
      continue;
    }
    headers.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) {
      headers.append(name, one);
    }
  }
}

/** encode leaves alone what fetch knows how to send and makes JSON of everything else. */
function encode(body, headers) {
  if (body === undefined || typeof body === 'string' || body instanceof ArrayBuffer || ArrayBuffer.isView(body)) {
    return body;
  }
  for (const known of ['Blob', 'FormData', 'URLSearchParams', 'ReadableStream']) {
    if (globalThis[known] && body instanceof globalThis[known]) {
      return body;
    }
  }
  if (!headers.has('content-type')) {
    headers.set('content-type', 'application/json');
  }
  return JSON.stringify(body);
}

/** decode reads a body: JSON as a value, text as a string, the rest as a Uint8Array. */
async function decode(response) {
  const type = (response.headers.get('content-type') ?? '').split(';')[0].trim().toLowerCase();
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length === 0) {
    return undefined;
  }
  const json = type === 'application/json' || type.endsWith('+json');
  if (!json && !type.startsWith('text/') && type !== 'application/xml' && !type.endsWith('+xml')) {
    return bytes;
  }
  const text = new TextDecoder().decode(bytes);
  if (!json) {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text; // announced as JSON, and is none: the text says more than an exception
  }
}
