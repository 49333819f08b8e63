import type { FaultCode } from "../controller/faults.js";
import type { ContextField } from "../controller/messages.js";
import type { StickFault } from "../controller/stick-faults.js";

/** The languages of the device. */
export type Language = "zh" | "en";

type Labels<Key extends string> = Readonly<Record<Key, Readonly<Record<Language, string>>>>;

/** What is said when a fault begins: what is wrong and what to do, short enough for a loud bench. */
export const faultLabels: Labels<FaultCode> = {
  microphone_lost: { zh: "麦克风断开，请检查插头", en: "microphone disconnected, check its plug" },
  microphone_silent: { zh: "麦克风没有声音，请检查", en: "no sound from the microphone, check it" },
  speaker_lost: { zh: "扬声器断开，请检查插头", en: "speaker disconnected, check its plug" },
  recognizer_down: { zh: "识别器正在恢复，请稍候", en: "the recogniser is restarting, wait a moment" },
  model_unusable: {
    zh: "识别模型不能使用，请重新安装",
    en: "the recognition model cannot be used, install it again",
  },
  store_unusable: { zh: "存储故障，不能记录", en: "storage fault, nothing can be recorded" },
  card_low: { zh: "存储空间不足，请插优盘导出", en: "storage is running low, plug in a stick" },
  card_full: {
    zh: "存储已满，不能记录，请插优盘导出",
    en: "storage is full, nothing can be recorded, plug in a stick",
  },
  clock_untrusted: { zh: "时钟未校准", en: "the clock is not set" },
  button_stuck: { zh: "按钮卡住", en: "the button is stuck" },
  button_missing: { zh: "没有按钮", en: "no button found" },
  undervoltage: { zh: "供电不足，请换电源", en: "supply voltage too low, change the power supply" },
  overheating: { zh: "温度过高", en: "the device is too hot" },
  configuration_refused: {
    zh: "配置文件有错误，仍用原来的配置",
    en: "the configuration has an error, the old one stays in force",
  },
  not_answering: { zh: "没有响应，请再试一次", en: "no answer, try again" },
  voice_replaced: {
    zh: "语音不能使用，换用备用语音",
    en: "the voice cannot be used, the spare voice speaks",
  },
  backup_failed: { zh: "备份没有成功，请插优盘导出", en: "the backup failed, plug in a stick" },
  recording_failed: {
    zh: "录音不能保存，记录不受影响",
    en: "the sound cannot be kept, records are not affected",
  },
  records_lost: {
    zh: "以前的记录不见了，从头开始记录，请告诉负责人",
    en: "the earlier records are gone, recording begins anew, tell whoever is in charge",
  },
};

/** What is said when a fault is over. */
export const recoveryLabels: Labels<FaultCode> = {
  microphone_lost: { zh: "麦克风恢复", en: "microphone is back" },
  microphone_silent: { zh: "麦克风恢复", en: "microphone is back" },
  speaker_lost: { zh: "扬声器恢复", en: "speaker is back" },
  recognizer_down: { zh: "识别器恢复", en: "the recogniser is back" },
  model_unusable: { zh: "识别模型恢复", en: "the recognition model is back" },
  store_unusable: { zh: "存储恢复", en: "storage is back" },
  card_low: { zh: "存储充足", en: "storage is sufficient" },
  card_full: { zh: "可以继续记录", en: "recording is possible again" },
  clock_untrusted: { zh: "时钟已校准", en: "the clock is set" },
  button_stuck: { zh: "按钮恢复", en: "the button is free again" },
  button_missing: { zh: "按钮恢复", en: "the button is back" },
  undervoltage: { zh: "供电恢复", en: "supply voltage is back" },
  overheating: { zh: "温度恢复", en: "temperature is back to normal" },
  configuration_refused: { zh: "配置已更新", en: "configuration updated" },
  not_answering: { zh: "已恢复", en: "back again" },
  voice_replaced: { zh: "语音恢复", en: "the voice is back" },
  backup_failed: { zh: "备份恢复", en: "the backup works again" },
  recording_failed: { zh: "录音恢复", en: "the sound is kept again" },
  records_lost: { zh: "不再提醒记录丢失", en: "the lost records are noted" },
};

export const stickLabels: Labels<StickFault> = {
  full: { zh: "优盘已满", en: "the stick is full" },
  read_only: { zh: "优盘只读", en: "the stick is read-only" },
  unsupported: { zh: "优盘格式不支持", en: "the stick's format is not supported" },
  pulled: {
    zh: "优盘被提前拔出，数据仍在机器里",
    en: "the stick was pulled too early, the data is still in the device",
  },
  verify_failed: { zh: "写入校验失败，请换一个优盘", en: "verification failed, use another stick" },
  write_failed: { zh: "优盘写入失败，请换一个优盘", en: "writing to the stick failed, use another stick" },
  card_failed: { zh: "存储故障，没有写入优盘", en: "storage fault, the stick was not written" },
  timed_out: {
    zh: "优盘写入超时，请换一个优盘",
    en: "writing to the stick took too long, use another stick",
  },
};

export const fieldLabels: Labels<ContextField> = {
  part: { zh: "零件号", en: "part" },
  batch: { zh: "批次", en: "batch" },
  inspector: { zh: "检验员", en: "inspector" },
};
