/* The models of a channel, typed or chosen from what the upstream says it has. */
import { CloudDownload } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "@/api/errors";
import type { Channel } from "@/api/shapes";
import { Button } from "@/ui/button";
import { ListField } from "@/ui/list-field";
import { Notice } from "@/ui/states";
import { channelFaults, keyLines } from "./draft";
import { ModelPicker } from "./model-picker";
import { useFetchModels } from "./queries";
import type { FieldsProps } from "./upstream-fields";

export function ModelsField(props: FieldsProps & { subject: Channel | undefined }) {
  const { t } = useTranslation();
  const { draft, faults, onChange, subject } = props;
  const [offered, setOffered] = useState<string[] | null>(null);
  const fetchModels = useFetchModels();
  const upstream = channelFaults(draft, !subject);
  const ready = !upstream.keys && !upstream.baseUrl;

  const ask = () => {
    const [key = ""] = keyLines(draft.keys);
    const { type, baseUrl } = draft;
    fetchModels.mutate({ id: subject?.id, type, baseUrl, key }, { onSuccess: setOffered });
  };

  return (
    <div className="flex flex-col gap-2">
      <ListField
        label={t("channels.models")}
        hint={ready ? t("channels.modelsHint") : t("channels.modelsFirst")}
        placeholder={t("channels.modelsPlaceholder")}
        values={draft.models}
        error={faults.models ? t(faults.models) : null}
        onChange={(models) => onChange({ models })}
        action={
          <Button
            small
            busy={fetchModels.isPending}
            disabled={!ready}
            icon={<CloudDownload aria-hidden className="size-3.5" />}
            onClick={ask}
          >
            {t("channels.fetchModels")}
          </Button>
        }
      />
      {fetchModels.error ? (
        <Notice tone="bad">
          {t("channels.fetchFailed", { reason: errorText(t, fetchModels.error) })}
        </Notice>
      ) : null}
      <ModelPicker
        offered={offered}
        chosen={draft.models}
        onClose={() => setOffered(null)}
        onChoose={(models) => {
          onChange({ models });
          setOffered(null);
        }}
      />
    </div>
  );
}
