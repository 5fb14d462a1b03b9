import { problemResponses } from '../service/openapi.ts';

/** JSON schemas of the accounts API: what requests must hold, and what the OpenAPI document tells of answers. */

const text = (maxLength: number, description: string) => ({
  type: 'string',
  minLength: 1,
  maxLength,
  pattern: '\\S',
  description,
});

/** Names stand in mails and documents: one line, and no signs that turn what stands beside them around. */
const ONE_LINE = '^[^\\p{Cc}\\p{Cs}\\p{Zl}\\p{Zp}\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]*$';
const name = { ...text(100, 'the holder, on one line'), allOf: [{ pattern: ONE_LINE }] };
const email = { type: 'string', format: 'email', maxLength: 254, description: 'what one logs in with' };
const phone = {
  type: 'string',
  pattern: '^\\+(?:[ \\-]?\\d){7,15}$',
  maxLength: 40,
  description: 'with + and country code',
};
const newPassword = { type: 'string', minLength: 10, maxLength: 200 };
const password = { type: 'string', minLength: 1, maxLength: 200 };

const vehicle = {
  type: 'object',
  required: ['country', 'plate'],
  additionalProperties: false,
  properties: {
    country: {
      type: 'string', pattern: '^(?![Xx]{2})[A-Za-z]{2}$', description: 'ISO 3166-1 alpha-2; XX is none: what no camera could read',
    },
    plate: {
      type: 'string',
      minLength: 1,
      maxLength: 40,
      description: 'as on the vehicle; spaces and hyphens do not matter',
    },
  },
};
const vehicles = {
  type: 'array',
  items: vehicle,
  maxItems: 20,
  description: 'at most three; a vehicle is on one account only',
};

export const createBody = {
  type: 'object',
  required: ['name', 'email', 'phone', 'password', 'vehicles'],
  additionalProperties: false,
  properties: { name, email, phone, password: newPassword, vehicles },
};

export const changeBody = {
  type: 'object',
  minProperties: 1,
  additionalProperties: false,
  properties: {
    name, email, phone, vehicles,
    switchedOn: {
      type: 'boolean',
      description: 'false: no new visits are registered to the account until it is true again',
    },
    password: { ...password, description: 'the present one; needed to change the e-mail address' },
  },
};

export const passwordBody = {
  type: 'object',
  required: ['password', 'newPassword'],
  additionalProperties: false,
  properties: { password, newPassword },
};

export const confirmBody = {
  type: 'object',
  required: ['password'],
  additionalProperties: false,
  properties: { password },
};

export const loginBody = {
  type: 'object',
  required: ['email', 'password'],
  additionalProperties: false,
  properties: { email, password },
};

export const refreshBody = {
  type: 'object',
  required: ['refreshToken'],
  additionalProperties: false,
  properties: { refreshToken: { type: 'string', minLength: 1, maxLength: 200 } },
};

const time = { type: 'string', format: 'date-time' };

export const accountAnswer = {
  type: 'object',
  properties: {
    accountId: { type: 'string' },
    name: { type: 'string' },
    email: { type: 'string' },
    phone: { type: 'string' },
    status: { type: 'string', enum: ['active', 'inactive', 'blocked'] },
    reason: { type: 'string', description: 'why it is not active' },
    switchedOn: { type: 'boolean' },
    vehicles: {
      type: 'array',
      items: { type: 'object', properties: { country: { type: 'string' }, plate: { type: 'string' }, from: time } },
    },
    card: {
      type: ['object', 'null'],
      properties: {
        maskedNumber: { type: 'string' },
        brand: { type: 'string' },
        expiryMonth: { type: 'string' },
        from: time,
      },
    },
    createdAt: time,
  },
};

export const sessionAnswer = {
  type: 'object',
  properties: {
    accountId: { type: 'string' },
    accessToken: { type: 'string', description: 'send it as Authorization: Bearer' },
    expiresInSeconds: { type: 'integer' },
    refreshToken: { type: 'string', description: 'good once, within 30 days' },
  },
};

export const registrationAnswer = {
  type: 'object',
  properties: { url: { type: 'string', description: "the payment gateway's page, where the card is entered" } },
};

const STANDBY = 'another instance writes the accounts, or the outcome is unknown';

/** Problems of routes that need no login. */
export const openProblems = problemResponses({
  400: 'malformed, or it holds what looks like a card number',
  401: 'the e-mail address, the password or the token is not right',
  409: 'it is taken',
  429: 'too many attempts',
  503: STANDBY,
});

/** Problems of routes for a driver's own account. */
export const ownProblems = problemResponses({
  400: 'malformed, or it holds what looks like a card number',
  401: 'not logged in, or the password is not right',
  409: 'a rule says no; the detail tells which',
  429: 'too many attempts',
  503: `${STANDBY}, or the payment gateway is away`,
});
