import anthropic from '#catalog/offers/anthropic.json' with { type: 'json' }
import ark from '#catalog/offers/ark.json' with { type: 'json' }
import azure from '#catalog/offers/azure.json' with { type: 'json' }
import baichuan from '#catalog/offers/baichuan.json' with { type: 'json' }
import bedrock from '#catalog/offers/bedrock.json' with { type: 'json' }
import cloudwalk from '#catalog/offers/cloudwalk.json' with { type: 'json' }
import dashscope from '#catalog/offers/dashscope.json' with { type: 'json' }
import deepseek from '#catalog/offers/deepseek.json' with { type: 'json' }
import gemini from '#catalog/offers/gemini.json' with { type: 'json' }
import huaweiMaas from '#catalog/offers/huawei-maas.json' with { type: 'json' }
import huggingface from '#catalog/offers/huggingface.json' with { type: 'json' }
import hunyuan from '#catalog/offers/hunyuan.json' with { type: 'json' }
import internlm from '#catalog/offers/internlm.json' with { type: 'json' }
import kling from '#catalog/offers/kling.json' with { type: 'json' }
import llamaApi from '#catalog/offers/llama-api.json' with { type: 'json' }
import minimax from '#catalog/offers/minimax.json' with { type: 'json' }
import modelscope from '#catalog/offers/modelscope.json' with { type: 'json' }
import moonshot from '#catalog/offers/moonshot.json' with { type: 'json' }
import openai from '#catalog/offers/openai.json' with { type: 'json' }
import qianfan from '#catalog/offers/qianfan.json' with { type: 'json' }
import sensenova from '#catalog/offers/sensenova.json' with { type: 'json' }
import siliconflow from '#catalog/offers/siliconflow.json' with { type: 'json' }
import skywork from '#catalog/offers/skywork.json' with { type: 'json' }
import spark from '#catalog/offers/spark.json' with { type: 'json' }
import stepfun from '#catalog/offers/stepfun.json' with { type: 'json' }
import vidu from '#catalog/offers/vidu.json' with { type: 'json' }
import yi from '#catalog/offers/yi.json' with { type: 'json' }
import zhipu from '#catalog/offers/zhipu.json' with { type: 'json' }

/** The rows of each platform that has any, as they stand in the files: `offers.ts` reads them when they are first asked for. */
export const OFFER_FILES: Readonly<Record<string, unknown>> = {
  anthropic,
  ark,
  azure,
  baichuan,
  bedrock,
  cloudwalk,
  dashscope,
  deepseek,
  gemini,
  'huawei-maas': huaweiMaas,
  huggingface,
  hunyuan,
  internlm,
  kling,
  'llama-api': llamaApi,
  minimax,
  modelscope,
  moonshot,
  openai,
  qianfan,
  sensenova,
  siliconflow,
  skywork,
  spark,
  stepfun,
  vidu,
  yi,
  zhipu,
}
