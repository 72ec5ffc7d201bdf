import type { JsonObject } from '#wire/json.ts'
import { cachedTokens, inputTokens, outputTokens, type Usage } from '#wire/usage.ts'

/** Google's counts: cached input inside `promptTokenCount`, thoughts beside `candidatesTokenCount`. */
export function writeUsage(usage: Usage): JsonObject {
  const { inputAudio, outputText, outputReasoning, outputAudio, outputImage = 0 } = usage
  const inputCached = cachedTokens(usage)
  const prompt = inputTokens(usage)
  const candidates = outputText + outputAudio + outputImage
  return {
    promptTokenCount: prompt,
    ...(inputCached === 0 ? {} : { cachedContentTokenCount: inputCached }),
    candidatesTokenCount: candidates,
    ...(outputReasoning === 0 ? {} : { thoughtsTokenCount: outputReasoning }),
    totalTokenCount: prompt + outputTokens(usage),
    ...(inputAudio === 0 ? {} : { promptTokensDetails: byModality(prompt - inputAudio, inputAudio) }),
    ...(outputAudio === 0 ? {} : { candidatesTokensDetails: byModality(outputText + outputImage, outputAudio) }),
  }
}

function byModality(text: number, audio: number): readonly JsonObject[] {
  return [...(text === 0 ? [] : [{ modality: 'TEXT', tokenCount: text }]), { modality: 'AUDIO', tokenCount: audio }]
}
