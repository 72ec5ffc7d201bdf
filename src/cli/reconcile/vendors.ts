/** What is read of a bill. `model` may be several columns: the names of models stand inside of them. */
export interface Columns {
  readonly day: readonly string[]
  readonly model: readonly string[]
  readonly amount: readonly string[]
  readonly currency: readonly string[]
  readonly usage: readonly string[]
  readonly unit: readonly string[]
}

/** How a vendor writes its bill: column names in each of its languages, the first that the file has counts. */
export interface Vendor {
  readonly columns: Columns
  /** Where its days begin, minutes east of UTC. */
  readonly offsetMinutes: number
  /** Where the file has no column for it. */
  readonly currency?: string
}

const CHINA = 480

/** The exports of the vendors' consoles and the fields of their billing interfaces, as documented on 2026-11-22. */
export const VENDORS: Readonly<Record<string, Vendor>> = {
  // https://www.alibabacloud.com/help/en/user-center/user-guide/bill-details-2 and DescribeInstanceBill
  alibaba: {
    columns: {
      day: ['账单日期', '消费日期', '消费时间', 'Billing Date', 'BillingDate', 'Date'],
      model: ['实例ID', 'Instance ID', 'InstanceID', '计费项', 'Billable Item', 'BillingItem', '实例配置', '产品明细'],
      amount: ['应付金额', '应付金额（含税）', 'Pretax Amount', 'PretaxAmount', 'Payable Amount', 'Amount Due'],
      currency: ['币种', 'Currency'],
      usage: ['用量', 'Usage'],
      unit: ['用量单位', 'Usage Unit', 'UsageUnit'],
    },
    offsetMinutes: CHINA,
    currency: 'CNY',
  },
  // https://www.volcengine.com/docs/6269/1127842 (ListBillDetail)
  volcano: {
    columns: {
      day: ['日期', '账单日期', '消费日期', '消费时间', 'ExpenseDate'],
      model: [
        '配置名称',
        'ConfigName',
        'ConfigurationCode',
        '计费项',
        'Element',
        '实例名称',
        'InstanceName',
        '实例ID',
        'InstanceNo',
      ],
      amount: ['应付金额', 'PayableAmount', '优惠后金额', 'DiscountBillAmount'],
      currency: ['币种', 'Currency'],
      usage: ['用量', 'Count'],
      unit: ['单位', '用量单位', 'Unit'],
    },
    offsetMinutes: CHINA,
    currency: 'CNY',
  },
  // https://www.tencentcloud.com/document/product/555/69840 and https://cloud.tencent.com/document/product/555
  tencent: {
    columns: {
      day: ['日期', '扣费时间', '使用开始时间', '开始使用时间', 'Date', 'Transaction Time', 'Usage Start Time'],
      model: [
        '组件名称',
        'Component Name',
        '组件类型',
        'Component Type',
        '子产品名称',
        'Subproduct Name',
        '资源ID',
        'Instance ID',
      ],
      amount: [
        '优惠后总价',
        '优惠后总价(元)',
        'Total Cost',
        'Total Amount After Discount',
        'Total amount after discount',
      ],
      currency: ['币种', 'Currency'],
      usage: ['组件用量', '用量', 'Component Usage', 'Usage'],
      unit: ['组件用量单位', '用量单位', 'Component Usage Unit', 'Usage Unit'],
    },
    offsetMinutes: CHINA,
    currency: 'CNY',
  },
  // https://platform.openai.com/docs/api-reference/usage/costs and the export of the usage page
  openai: {
    columns: {
      day: ['start_time_iso', 'start_time', 'date', 'Date'],
      model: ['line_item', 'model', 'Line item', 'Model'],
      amount: ['amount_value', 'amount.value', 'amount', 'cost', 'Cost'],
      currency: ['amount_currency', 'amount.currency', 'currency', 'Currency'],
      usage: ['quantity', 'tokens', 'num_tokens'],
      unit: ['quantity_unit', 'unit'],
    },
    offsetMinutes: 0,
    currency: 'USD',
  },
  generic: {
    columns: {
      day: ['date', 'day'],
      model: ['model'],
      amount: ['amount', 'cost'],
      currency: ['currency'],
      usage: ['tokens', 'usage'],
      unit: ['unit'],
    },
    offsetMinutes: 0,
  },
}
