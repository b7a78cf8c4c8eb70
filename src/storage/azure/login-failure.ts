/** Why there is no token, and what to do. */
export interface LoginFailure {
  readonly why: string;
  readonly remedy: string;
}

/** What Microsoft Entra ID's codes say, of those that people meet. */
const REFUSALS: Readonly<Record<string, LoginFailure>> = {
  AADSTS7000215: {
    why: 'the client secret is wrong',
    remedy: "set AZURE_CLIENT_SECRET to the secret's value, which is not its id",
  },
  AADSTS7000222: {
    why: 'the client secret has expired',
    remedy: 'make a new one for the application, and set AZURE_CLIENT_SECRET to it',
  },
  AADSTS700027: {
    why: "the certificate is not one of the application's",
    remedy: 'check AZURE_CLIENT_CERTIFICATE_PATH, or add the certificate to the application',
  },
  AADSTS700016: {
    why: 'the tenant has no such application',
    remedy: 'check AZURE_CLIENT_ID and AZURE_TENANT_ID',
  },
  AADSTS90002: { why: 'there is no such tenant', remedy: 'check AZURE_TENANT_ID' },
  AADSTS700082: { why: 'the login has expired', remedy: 'log in again with `az login`' },
  AADSTS50173: { why: 'the login has been revoked', remedy: 'log in again with `az login`' },
  AADSTS50076: { why: 'the login needs a second factor', remedy: 'log in again with `az login`' },
};

const NO_IDENTITY: LoginFailure = {
  why: 'no identity of this machine or user was found',
  remedy:
    'log in with `az login`, run where there is a managed identity (AZURE_CLIENT_ID names a user-assigned one), ' +
    'set AZURE_STORAGE_CONNECTION_STRING, or put a SAS into the URL',
};

/**
 * By the names of @azure/identity's errors, which is loaded late; `undefined` for all others. An identity that is set up and refused is
 * not the same as none at all. Of the service's text only its code is told: the rest may quote what was sent.
 */
export function explainLogin(error: unknown): LoginFailure | undefined {
  const { name = '', message = '' } = (error ?? {}) as { readonly name?: string; readonly message?: string };
  if (!/^(?:CredentialUnavailable|AggregateAuthentication|Authentication)/.test(name)) return undefined;
  const [code] = /AADSTS\d+/.exec(message) ?? [];
  if (code === undefined && name !== 'AuthenticationError') return NO_IDENTITY;
  const known = code === undefined ? undefined : REFUSALS[code];
  return {
    why: `the identity that is set up here can't log in: ${known?.why ?? 'the login service refused it'} (${code ?? name})`,
    remedy:
      known?.remedy ??
      'check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET (or the certificate), and that the login service can be ' +
        'reached; without these variables, `az login` or a managed identity will do',
  };
}
