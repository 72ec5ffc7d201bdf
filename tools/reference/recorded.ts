/**
 * Platforms whose own recorded answers stand among the recordings, with a test that reads them. Held against the
 * recordings, where they are there, and against the tests by `test/reference.test.ts`.
 */
export const RECORDED: Readonly<Record<string, string>> = {
  openai: 'test/product/recorded.test.ts',
  anthropic: 'test/product/recorded.test.ts',
  bedrock: 'src/wire/bedrock-converse/recorded.test.ts',
  dashscope: 'test/product/recorded.test.ts',
  deepseek: 'test/product/recorded.test.ts',
  moonshot: 'test/product/recorded.test.ts',
  gemini: 'src/wire/gemini/recorded.test.ts',
}
