// The little that the client programs share.

export const base = process.env.GATEWAY;
export const key = process.env.GATEWAY_KEY;
export const smallKey = process.env.GATEWAY_SMALL_KEY;

export async function test(name, run) {
  try {
    await run();
    console.log(`ok ${name}`);
  } catch (e) {
    console.log(`FAIL ${name}: ${e?.constructor?.name} ${e?.message ?? e}`);
  }
}

export function equal(got, want, what = 'value') {
  const g = JSON.stringify(got);
  const w = JSON.stringify(want);
  if (g !== w) {
    throw new Error(`${what}: want ${w}, got ${g}`);
  }
}

export async function rejects(type, run, also = () => {}) {
  let error;
  try {
    await run();
  } catch (e) {
    error = e;
  }
  if (!error) {
    throw new Error(`no ${type.name}`);
  }
  if (!(error instanceof type)) {
    throw new Error(`want ${type.name}, got ${error.constructor.name}: ${error.message}`);
  }
  also(error);
}

export const weather = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
  additionalProperties: false,
};

export const person = {
  type: 'object',
  properties: { name: { type: 'string' }, age: { type: 'integer' } },
  required: ['name', 'age'],
  additionalProperties: false,
};

export const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk'
  + 'YPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';
