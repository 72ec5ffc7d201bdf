import { anthropic } from '#catalog/platforms/anthropic.ts'
import { anthropicCompatible } from '#catalog/platforms/anthropic-compatible.ts'
import { ark } from '#catalog/platforms/ark.ts'
import { azure } from '#catalog/platforms/azure.ts'
import { baichuan } from '#catalog/platforms/baichuan.ts'
import { bedrock } from '#catalog/platforms/bedrock.ts'
import { cloudwalk } from '#catalog/platforms/cloudwalk.ts'
import { dashscope } from '#catalog/platforms/dashscope.ts'
import { deepseek } from '#catalog/platforms/deepseek.ts'
import { gemini } from '#catalog/platforms/gemini.ts'
import { huaweiMaas } from '#catalog/platforms/huawei-maas.ts'
import { huggingface } from '#catalog/platforms/huggingface.ts'
import { hunyuan } from '#catalog/platforms/hunyuan.ts'
import { internlm } from '#catalog/platforms/internlm.ts'
import { kling } from '#catalog/platforms/kling.ts'
import { llamaApi } from '#catalog/platforms/llama-api.ts'
import { llamaCpp } from '#catalog/platforms/llama-cpp.ts'
import { lmdeploy } from '#catalog/platforms/lmdeploy.ts'
import { minimax } from '#catalog/platforms/minimax.ts'
import { modelscope } from '#catalog/platforms/modelscope.ts'
import { moonshot } from '#catalog/platforms/moonshot.ts'
import { ollama } from '#catalog/platforms/ollama.ts'
import { openai } from '#catalog/platforms/openai.ts'
import { openaiCompatible } from '#catalog/platforms/openai-compatible.ts'
import { qianfan } from '#catalog/platforms/qianfan.ts'
import { sensenova } from '#catalog/platforms/sensenova.ts'
import { sglang } from '#catalog/platforms/sglang.ts'
import { siliconflow } from '#catalog/platforms/siliconflow.ts'
import { simulator } from '#catalog/platforms/simulator.ts'
import { skywork } from '#catalog/platforms/skywork.ts'
import { spark } from '#catalog/platforms/spark.ts'
import { stepfun } from '#catalog/platforms/stepfun.ts'
import { tgi } from '#catalog/platforms/tgi.ts'
import { vidu } from '#catalog/platforms/vidu.ts'
import { vllm } from '#catalog/platforms/vllm.ts'
import { xinference } from '#catalog/platforms/xinference.ts'
import { yi } from '#catalog/platforms/yi.ts'
import { zhipu } from '#catalog/platforms/zhipu.ts'
import type { Platform } from '#catalog/schema.ts'

/** In the order in which lists show them. A new platform is a file of its own and a line here. */
const ALL: readonly Platform[] = [
  openai,
  azure,
  anthropic,
  gemini,
  bedrock,
  llamaApi,
  dashscope,
  qianfan,
  hunyuan,
  ark,
  huaweiMaas,
  sensenova,
  spark,
  zhipu,
  baichuan,
  minimax,
  moonshot,
  yi,
  deepseek,
  stepfun,
  internlm,
  skywork,
  siliconflow,
  modelscope,
  huggingface,
  vllm,
  sglang,
  ollama,
  llamaCpp,
  lmdeploy,
  tgi,
  xinference,
  openaiCompatible,
  anthropicCompatible,
  cloudwalk,
  kling,
  vidu,
  simulator,
]

/** Every platform by its id. */
export const platforms: ReadonlyMap<string, Platform> = new Map(ALL.map((platform) => [platform.id, platform]))
