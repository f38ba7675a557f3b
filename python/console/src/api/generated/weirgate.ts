// Generated from tests/contracts/management by `npm run generate`; do not edit.

export interface paths {
    "/api/weirgate/overview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Calls, spend and tokens since a time, today by default */
        get: operations["get_api_weirgate_overview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        FamilyError: {
            /** @constant */
            success: false;
            message: string;
        };
        /**
         * HourOut
         * @description One hour of the overview.
         */
        HourOut: {
            /**
             * Hour
             * @description Begin of the hour, RFC 3339.
             */
            hour: string;
            /** Calls */
            calls: number;
            /** Quota */
            quota: number;
            /** Tokens */
            tokens: number;
        };
        /**
         * ModelOut
         * @description One model of the overview.
         */
        ModelOut: {
            /** Model */
            model: string;
            /** Calls */
            calls: number;
            /** Quota */
            quota: number;
            /** Tokens */
            tokens: number;
        };
        OpenaiError: {
            error: {
                message: string;
                type: string;
                param: string;
                code: string;
            };
        };
        /**
         * OverviewOut
         * @description What was done since the given time: by everybody for an administrator, else one's own.
         */
        OverviewOut: {
            /** Since */
            since: string;
            /**
             * Scope
             * @description all or own
             */
            scope: string;
            /** Calls */
            calls: number;
            /** Failures */
            failures: number;
            /** Quota */
            quota: number;
            /** Prompt Tokens */
            prompt_tokens: number;
            /** Completion Tokens */
            completion_tokens: number;
            /** Cached Tokens */
            cached_tokens: number;
            /**
             * Hours
             * @description Every hour up to now, quiet ones too.
             */
            hours: components["schemas"]["HourOut"][];
            /**
             * Models
             * @description The ten that cost most.
             */
            models: components["schemas"]["ModelOut"][];
        };
        /**
         * OverviewQuery
         * @description Since when the overview counts.
         */
        OverviewQuery: {
            /**
             * Since
             * @description RFC 3339 with offset; default: today's midnight in UTC.
             * @default null
             */
            since?: string | null;
        };
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            code: string;
            request_id: string;
            errors?: {
                path?: string;
                message?: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    get_api_weirgate_overview: {
        parameters: {
            query?: {
                since?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OverviewOut"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
