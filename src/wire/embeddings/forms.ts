import type { EmbeddingForm } from '#wire/embeddings/form.ts'
import { cohereForm, titanForm, titanImageForm } from '#wire/embeddings/form-bedrock.ts'
import { dashscopeMultimodalForm, dashscopeTextForm } from '#wire/embeddings/form-dashscope.ts'
import { geminiForm, vertexForm } from '#wire/embeddings/form-gemini.ts'
import { openaiForm } from '#wire/embeddings/form-openai.ts'
import {
  arkMultimodalForm,
  featureExtractionForm,
  minimaxForm,
  sensenovaForm,
  tencentForm,
} from '#wire/embeddings/form-others.ts'
import { sparkForm } from '#wire/embeddings/form-spark.ts'
import { EMBEDDING_FORMS, type EmbeddingFormId, type ServiceTarget } from '#wire/service.ts'

const FORMS: Readonly<Record<EmbeddingFormId, EmbeddingForm>> = {
  openai: openaiForm,
  gemini: geminiForm,
  'vertex-predict': vertexForm,
  'dashscope-text': dashscopeTextForm,
  'dashscope-multimodal': dashscopeMultimodalForm,
  minimax: minimaxForm,
  'ark-multimodal': arkMultimodalForm,
  titan: titanForm,
  'titan-image': titanImageForm,
  cohere: cohereForm,
  tencent: tencentForm,
  sensenova: sensenovaForm,
  spark: sparkForm,
  'feature-extraction': featureExtractionForm,
}

/** The form of a target of embeddings. Throws where the target is one of another service, which would be a bug. */
export function embeddingForm({ form }: ServiceTarget): EmbeddingForm {
  const id = EMBEDDING_FORMS.find((each) => each === form)
  if (id === undefined) throw new Error(`"${form}" is no form of embeddings`)
  return FORMS[id]
}
