import { z } from 'zod'
import type { CredentialField } from '#catalog/index.ts'

/** Words of a credential, as the file has them. */
export type ParsedCredentials = Readonly<Partial<Record<CredentialField, string>>>

/** Keys travel in HTTP headers; a line break from a secret's file would end up there too. */
const VISIBLE_ASCII = /^[\x21-\x7e]+$/

/** A key or a part of one. */
export const secret: z.ZodString = z
  .string()
  .regex(VISIBLE_ASCII, 'must be visible ASCII characters only, without spaces or line breaks')
  .meta({ form: 'secret' })

/** Names and passwords: they travel in JSON or in forms. */
const words = z
  .string()
  .min(1, 'must not be empty')
  .regex(/^\P{Cc}*$/u, 'must not hold line breaks or other control characters')

const word = (meaning: string): z.ZodExactOptional<z.ZodString> => secret.exactOptional().describe(meaning)
const open = (meaning: string): z.ZodExactOptional<z.ZodString> =>
  secret.meta({ form: 'text' }).exactOptional().describe(meaning)
const name = (meaning: string): z.ZodExactOptional<z.ZodString> =>
  words.meta({ form: 'text' }).exactOptional().describe(meaning)

/** `credentials` of a provider: every word that some platform asks for. Which belong together the catalog says. */
export const credentialsSchema: z.ZodType<ParsedCredentials> = z.strictObject({
  accessKeyId: word('AWS: id of an access key.'),
  secretAccessKey: word('AWS: its secret.'),
  sessionToken: word('AWS, Tencent, Huawei: beside temporary keys.'),
  secretId: word('Tencent Cloud: id of a key.'),
  secretKey: word('Tencent, Baidu, SenseNova, Kling, Huawei, Baichuan: the secret that belongs to the other key.'),
  accessKey: word('Baidu, SenseNova, Kling, Huawei: id of an access key.'),
  appId: open('iFlytek: id of the application.'),
  apiKey: word('iFlytek, Baidu, Baichuan: key of the application.'),
  apiSecret: word('iFlytek: its secret.'),
  appKey: word('Skywork: key of the application.'),
  appSecret: word('Skywork: its secret.'),
  tenant: open('Azure: id or name of the Entra tenant.'),
  clientId: open('Azure: id of the application.'),
  clientSecret: word('Azure: its secret.'),
  scope: open('Azure: what the token is asked for, where it is not what the catalog says.'),
  domain: name('Huawei: name of the account.'),
  user: name('Huawei: name of the IAM user.'),
  password: words
    .meta({ form: 'secret' })
    .exactOptional()
    .describe('Huawei: password of the user, or better a variable that holds it.'),
  project: name('Huawei: name of the project that the token is for, like `cn-southwest-2`.'),
  serviceAccount: z
    .string()
    .min(1, 'must not be empty')
    .meta({ form: "path | the key file's text" })
    .exactOptional()
    .describe("Google: the service account's key file. Its path counts from this file's folder."),
  tokenUrl: z
    .string()
    .regex(/^https?:\/\/[^\s/?#]+[^\s#]*$/, 'must be an http(s) URL')
    .meta({ form: 'URL' })
    .exactOptional()
    .describe("Where tokens are fetched, instead of the platform's own address: a proxy, another cloud of the maker."),
} satisfies Record<CredentialField, z.ZodType>)
