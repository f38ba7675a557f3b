// Generated from tests/contracts/management by `npm run generate`; do not edit.

export interface paths {
    "/api/weirgate/analytics/catalogue": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the metrics and dimensions that the caller may ask for */
        get: operations["get_api_weirgate_analytics_catalogue"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/analytics/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Download the whole answer to a question as JSON, CSV or Parquet */
        post: operations["post_api_weirgate_analytics_export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/analytics/query": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a question about usage */
        post: operations["post_api_weirgate_analytics_query"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/analytics/sql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Run a SELECT over the usage that the caller may see */
        post: operations["post_api_weirgate_analytics_sql"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/analytics/sql/schema": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tables and columns of the SQL editor */
        get: operations["get_api_weirgate_analytics_sql_schema"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/analytics/sql/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Stop the caller's running query, or everybody's */
        post: operations["post_api_weirgate_analytics_sql_stop"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/analytics/views": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own and shared saved views */
        get: operations["get_api_weirgate_analytics_views"];
        put?: never;
        /** Save a view */
        post: operations["post_api_weirgate_analytics_views"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/analytics/views/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a saved view */
        get: operations["get_api_weirgate_analytics_views_id"];
        put?: never;
        post?: never;
        /** Delete an own view */
        delete: operations["delete_api_weirgate_analytics_views_id"];
        options?: never;
        head?: never;
        /** Change an own view */
        patch: operations["patch_api_weirgate_analytics_views_id"];
        trace?: never;
    };
    "/api/weirgate/channels/{id}/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read what a channel costs, and its factors of groups */
        get: operations["get_api_weirgate_channels_id_prices"];
        /** Set what a channel costs, and its factors of groups */
        put: operations["put_api_weirgate_channels_id_prices"];
        post?: never;
        /** Remove a channel's costs and factors */
        delete: operations["delete_api_weirgate_channels_id_prices"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List edits of channels (and, for root, of options) */
        get: operations["get_api_weirgate_history"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/history/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one edit and what going back would do */
        get: operations["get_api_weirgate_history_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/history/{id}/revert": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring back what was before an edit */
        post: operations["post_api_weirgate_history_id_revert"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/history/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What a proposed edit would change, without making it */
        post: operations["post_api_weirgate_history_preview"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the jobs */
        get: operations["get_api_weirgate_jobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/jobs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one job */
        get: operations["get_api_weirgate_jobs_name"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/jobs/{name}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask for a run of a job */
        post: operations["post_api_weirgate_jobs_name_run"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/keys/{id}/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the limits of a key of one's own */
        get: operations["get_api_weirgate_keys_id_limits"];
        /** Set all limits of a key of one's own */
        put: operations["put_api_weirgate_keys_id_limits"];
        post?: never;
        /** Remove all limits of a key of one's own */
        delete: operations["delete_api_weirgate_keys_id_limits"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/ledger/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare all books */
        post: operations["post_api_weirgate_ledger_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List limits of a scope */
        get: operations["get_api_weirgate_limits"];
        /** Set all limits of a subject */
        put: operations["put_api_weirgate_limits"];
        post?: never;
        /** Remove all limits of a subject */
        delete: operations["delete_api_weirgate_limits"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/nodes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the nodes */
        get: operations["get_api_weirgate_nodes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/openapi/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** OpenAPI document of a dialect, or of our own paths (weirgate) */
        get: operations["get_api_weirgate_openapi_name"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
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
    "/api/weirgate/usage/grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List grants */
        get: operations["get_api_weirgate_usage_grants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/usage/grants/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Let a user read usage */
        put: operations["put_api_weirgate_usage_grants_id"];
        post?: never;
        /** Take a grant away */
        delete: operations["delete_api_weirgate_usage_grants_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/usage/scope": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the caller may read of usage */
        get: operations["get_api_weirgate_usage_scope"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/usage/tokens": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own tokens that read usage */
        get: operations["get_api_weirgate_usage_tokens"];
        put?: never;
        /** Make a token that reads usage */
        post: operations["post_api_weirgate_usage_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/weirgate/usage/tokens/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete an own token */
        delete: operations["delete_api_weirgate_usage_tokens_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * CatalogueOut
         * @description What the caller may ask for.
         */
        CatalogueOut: {
            /**
             * Scope
             * @enum {string}
             */
            scope: "all" | "groups" | "users" | "own";
            /** Metrics */
            metrics: components["schemas"]["MetricOut"][];
            /** Dimensions */
            dimensions: string[];
            /** Rollups */
            rollups: string[];
        };
        /**
         * ChangeOut
         * @description One field that differs; secrets show as ***.
         */
        ChangeOut: {
            /** Field */
            field: string;
            /**
             * Before
             * @default null
             */
            before?: unknown;
            /**
             * After
             * @default null
             */
            after?: unknown;
        };
        /**
         * ChannelPrices
         * @description What a channel says of prices; what is left out is not there any more.
         */
        ChannelPrices: {
            /**
             * Costs
             * @description What calls cost us, by the model that the upstream is asked for. A model without costs has none that is known, which is not nothing.
             */
            costs?: {
                [key: string]: components["schemas"]["DecimalSheet"];
            };
            /**
             * Group Ratio
             * @description Factors of groups on this channel, in place of the groups' own.
             */
            group_ratio?: {
                [key: string]: string;
            };
            /**
             * Model Group Ratio
             * @description The same for a model, as clients name it; wins over group_ratio.
             */
            model_group_ratio?: {
                [key: string]: {
                    [key: string]: string;
                };
            };
        };
        /**
         * ChannelUpdate
         * @description A partial change: what is not given, or empty and cannot be cleared, stays.
         */
        ChannelUpdate: {
            /**
             * Type
             * @description Type number.
             * @default null
             */
            type?: number | null;
            /**
             * Key
             * @description Upstream key or keys.
             * @default null
             */
            key?: string | null;
            /**
             * Openai Organization
             * @description Organization.
             * @default null
             */
            openai_organization?: string | null;
            /**
             * Test Model
             * @description Model of the test call.
             * @default null
             */
            test_model?: string | null;
            /**
             * Status
             * @description 1 on, 2 off, 3 off automatically.
             * @default null
             */
            status?: number | null;
            /**
             * Name
             * @description Name.
             * @default null
             */
            name?: string | null;
            /**
             * Weight
             * @description Share within a tier.
             * @default null
             */
            weight?: number | null;
            /**
             * Base Url
             * @description Empty: the type's own.
             * @default null
             */
            base_url?: string | null;
            /**
             * Other
             * @description API version, region, app id.
             * @default null
             */
            other?: string | null;
            /**
             * Models
             * @description Comma list of models.
             * @default null
             */
            models?: string | null;
            /**
             * Group
             * @description Comma list of groups.
             * @default null
             */
            group?: string | null;
            /**
             * Model Mapping
             * @description JSON: asked → sent.
             * @default null
             */
            model_mapping?: string | null;
            /**
             * Status Code Mapping
             * @description JSON: upstream status → shown status.
             * @default null
             */
            status_code_mapping?: string | null;
            /**
             * Priority
             * @description Higher is tried first.
             * @default null
             */
            priority?: number | null;
            /**
             * Auto Ban
             * @description 1: may be disabled automatically.
             * @default null
             */
            auto_ban?: number | null;
            /**
             * Other Info
             * @description JSON: status reason.
             * @default null
             */
            other_info?: string | null;
            /**
             * Tag
             * @description Tag.
             * @default null
             */
            tag?: string | null;
            /**
             * Setting
             * @description JSON: proxy, allow_private (root only) and the like.
             * @default null
             */
            setting?: string | null;
            /**
             * Param Override
             * @description JSON: body overrides.
             * @default null
             */
            param_override?: string | null;
            /**
             * Header Override
             * @description JSON: headers.
             * @default null
             */
            header_override?: string | null;
            /**
             * Remark
             * @description Note.
             * @default null
             */
            remark?: string | null;
            /**
             * Settings
             * @description JSON: vendor settings.
             * @default null
             */
            settings?: string | null;
            /**
             * Id
             * @description Id of the channel.
             */
            id: number;
            /**
             * Multi Key Mode
             * @description random or polling.
             * @default null
             */
            multi_key_mode?: string | null;
            /**
             * Key Mode
             * @description append or replace keys.
             * @default null
             */
            key_mode?: string | null;
        };
        /**
         * DecimalSheet
         * @description The prices of one model for a million tokens, or for a call.
         *
         *     Tokens of caches, images and sound without a price are charged as input or output.
         */
        DecimalSheet: {
            /**
             * Currency
             * @description CNY goes by the option USDExchangeRate.
             * @default USD
             * @enum {string}
             */
            currency?: "USD" | "CNY";
            /**
             * Call
             * @description A call, whatever it uses; stands alone.
             * @default null
             */
            call?: string | null;
            /**
             * Input
             * @default null
             */
            input?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Output
             * @default null
             */
            output?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Cache Read
             * @default null
             */
            cache_read?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Cache Write
             * @description Five minutes.
             * @default null
             */
            cache_write?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Cache Write 1H
             * @default null
             */
            cache_write_1h?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Image Input
             * @default null
             */
            image_input?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Image Output
             * @default null
             */
            image_output?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Audio Input
             * @default null
             */
            audio_input?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Audio Output
             * @default null
             */
            audio_output?: string | components["schemas"]["TieredPrice"] | null;
            /**
             * Tools
             * @description 1,000 calls of a provider's tool.
             */
            tools?: {
                [key: string]: string;
            };
        };
        /**
         * EditDetail
         * @description One edit with what its way back would do.
         */
        EditDetail: {
            /** Id */
            id: number;
            /**
             * At
             * @description Unix seconds.
             */
            at: number;
            /** User Id */
            user_id: number;
            /** Username */
            username: string;
            /** Kind */
            kind: string;
            /** Target */
            target: string;
            /**
             * Action
             * @description created, changed or deleted.
             */
            action: string;
            /** Changes */
            changes: components["schemas"]["ChangeOut"][];
            /**
             * Is Present
             * @description Nothing was edited since.
             */
            is_present: boolean;
            /**
             * Revert
             * @description What going back would change now.
             */
            revert: components["schemas"]["ChangeOut"][];
            /**
             * Models
             * @description Models that going back touches, 500 at most.
             */
            models: string[];
            /**
             * Groups
             * @description Groups that going back touches.
             */
            groups: string[];
        };
        /**
         * EditOut
         * @description One edit.
         */
        EditOut: {
            /** Id */
            id: number;
            /**
             * At
             * @description Unix seconds.
             */
            at: number;
            /** User Id */
            user_id: number;
            /** Username */
            username: string;
            /** Kind */
            kind: string;
            /** Target */
            target: string;
            /**
             * Action
             * @description created, changed or deleted.
             */
            action: string;
            /** Changes */
            changes: components["schemas"]["ChangeOut"][];
        };
        /**
         * ExportIn
         * @description A question whose whole answer is wanted as a file; `limit` and `cursor` do not count.
         */
        ExportIn: {
            query: components["schemas"]["QueryIn"];
            /**
             * Format
             * @default csv
             * @enum {string}
             */
            format?: "json" | "csv" | "parquet";
        };
        FamilyError: {
            /** @constant */
            success: false;
            message: string;
            /** @description A stable code (docs/errors.md). */
            error: string;
        };
        /**
         * FilterIn
         * @description Rows whose dimension is one of the values, is none of them, or contains the only one.
         */
        FilterIn: {
            /** Dimension */
            dimension: string;
            /**
             * Operator
             * @default in
             * @enum {string}
             */
            operator?: "in" | "not_in" | "contains";
            /** Values */
            values: string[];
        };
        /**
         * FreshOut
         * @description How new the answer is.
         */
        FreshOut: {
            /**
             * Complete Until
             * @description Calls that ended before are all counted; null: not known.
             */
            complete_until: string | null;
            /**
             * Lag Ms
             * @description How long ago that was.
             */
            lag_ms: number | null;
        };
        /**
         * GrantOut
         * @description What one account was granted.
         */
        GrantOut: {
            /** User Id */
            user_id: number;
            /** Username */
            username: string;
            /** Scope */
            scope: string;
            /** Groups */
            groups: string[];
            /** Users */
            users: number[];
            /** Granted By */
            granted_by: number;
            /**
             * Created At
             * @description Unix seconds.
             */
            created_at: number;
        };
        /**
         * GroupOut
         * @description A value of a dimension; `label` is a name beside a number, else the value.
         */
        GroupOut: {
            /** Value */
            value: string;
            /** Label */
            label: string;
        };
        /**
         * HistoryQuery
         * @description Which edits; newest first.
         */
        HistoryQuery: {
            /**
             * Kind
             * @default
             * @enum {string}
             */
            kind?: "" | "channel" | "option";
            /**
             * Target
             * @description Id or option key.
             * @default
             */
            target?: string;
            /**
             * Before Id
             * @description Only older ones than this; 0: the newest.
             * @default 0
             */
            before_id?: number;
            /**
             * Limit
             * @default 50
             */
            limit?: number;
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
         * JobOut
         * @description One job.
         */
        JobOut: {
            /**
             * Name
             * @description Its name in paths.
             */
            name: string;
            /**
             * Title
             * @description What it does.
             */
            title: string;
            /**
             * State
             * @description waiting: asked for and not begun.
             * @enum {string}
             */
            state: "idle" | "waiting" | "running";
            /**
             * Every S
             * @description Seconds between runs; 0: only when asked for.
             */
            every_s: number;
            /**
             * Holder
             * @description The node that runs it, or ran it last.
             */
            holder: string;
            /**
             * Started Ms
             * @description When the last run began.
             */
            started_ms: number;
            /**
             * Finished Ms
             * @description When the last finished run ended.
             */
            finished_ms: number;
            /**
             * Next Ms
             * @description When it runs next by itself; 0: never.
             */
            next_ms: number;
            /**
             * Done
             * @description Units done of the run, every five seconds.
             */
            done: number;
            /**
             * Total
             * @description Units of the run; 0 where it does not know.
             */
            total: number;
            /**
             * Outcome
             * @description How the last finished run ended.
             * @enum {string}
             */
            outcome: "" | "done" | "failed";
            /**
             * Message
             * @description What it said at its end.
             */
            message: string;
        };
        /**
         * KeyDiscrepancy
         * @description A key whose books do not agree: credited should be remain + charged.
         */
        KeyDiscrepancy: {
            /** Key Id */
            key_id: number;
            /** User Id */
            user_id: number;
            /** Credited */
            credited: number;
            /** Remain */
            remain: number;
            /** Charged */
            charged: number;
        };
        /**
         * LedgerReport
         * @description What a verification found; credited = free + held + charged.
         */
        LedgerReport: {
            /** Is Sound */
            is_sound: boolean;
            /** Users */
            users: number;
            /** Keys */
            keys: number;
            /** Credited */
            credited: number;
            /** Free */
            free: number;
            /** Held */
            held: number;
            /** Charged */
            charged: number;
            /**
             * Discrepancies
             * @description At most 100.
             */
            discrepancies: components["schemas"]["UserDiscrepancy"][];
            /**
             * Key Discrepancies
             * @description At most 100.
             */
            key_discrepancies: components["schemas"]["KeyDiscrepancy"][];
            /**
             * Suspense Quota
             * @description Charges without an account.
             */
            suspense_quota: number;
            /**
             * Sql Position
             * @description How far SQL has booked the journal.
             */
            sql_position: string;
            /**
             * Usage Position
             * @description How far the usage store has taken it in.
             */
            usage_position: string;
            /**
             * Compared At
             * @description Where both were compared.
             */
            compared_at: string;
            /** Sql Charged */
            sql_charged: number;
            /** Usage Charged */
            usage_charged: number;
            /**
             * Stores Agree
             * @description Null: no place that both have passed.
             */
            stores_agree: boolean | null;
            wallets: components["schemas"]["WalletReport"] | null;
        };
        /**
         * LimitsBody
         * @description All limits of one subject; what is left out does not limit any more.
         */
        LimitsBody: {
            /**
             * Requests Per Minute
             * @description Requests in any 60 seconds.
             * @default null
             */
            requests_per_minute?: number | null;
            /**
             * Tokens Per Minute
             * @description Tokens, both ways, in any 60 seconds.
             * @default null
             */
            tokens_per_minute?: number | null;
            /**
             * Requests Per Day
             * @description Requests in a day of the time zone.
             * @default null
             */
            requests_per_day?: number | null;
            /**
             * Concurrency
             * @description Requests at one time.
             * @default null
             */
            concurrency?: number | null;
            /**
             * Spend Per Day
             * @description Quota in a day of the time zone.
             * @default null
             */
            spend_per_day?: number | null;
            /**
             * Spend Per Week
             * @description Quota in a week, from Monday.
             * @default null
             */
            spend_per_week?: number | null;
            /**
             * Spend Per Month
             * @description Quota in a month.
             * @default null
             */
            spend_per_month?: number | null;
            /**
             * Time Zone
             * @description IANA name; empty is UTC.
             * @default
             */
            time_zone?: string;
        };
        /**
         * LimitsOut
         * @description The limits of one subject.
         */
        LimitsOut: {
            /**
             * Scope
             * @enum {string}
             */
            scope: "user" | "key" | "group" | "model" | "channel" | "channel_key";
            /** Subject */
            subject: string;
            /** Requests Per Minute */
            requests_per_minute: number | null;
            /** Tokens Per Minute */
            tokens_per_minute: number | null;
            /** Requests Per Day */
            requests_per_day: number | null;
            /** Concurrency */
            concurrency: number | null;
            /** Spend Per Day */
            spend_per_day: number | null;
            /** Spend Per Week */
            spend_per_week: number | null;
            /** Spend Per Month */
            spend_per_month: number | null;
            /** Time Zone */
            time_zone: string;
        };
        /**
         * LimitsPage
         * @description A part of the list.
         */
        LimitsPage: {
            /** Items */
            items: components["schemas"]["LimitsOut"][];
            /**
             * Next
             * @description Where the next page begins; empty on the last.
             */
            next: string;
        };
        /**
         * ListQuery
         * @description A part of the list, in order of subject.
         */
        ListQuery: {
            /**
             * Scope
             * @enum {string}
             */
            scope: "user" | "key" | "group" | "model" | "channel" | "channel_key";
            /**
             * After
             * @description `next` of the page before.
             * @default
             */
            after?: string;
            /**
             * Page Size
             * @default 100
             */
            page_size?: number;
        };
        /**
         * MetricOut
         * @description A metric that the caller may ask for.
         */
        MetricOut: {
            /** Name */
            name: string;
            /** Unit */
            unit: string;
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
        /**
         * NodeOut
         * @description One node.
         */
        NodeOut: {
            /**
             * Number
             * @description Part of every log id of the node.
             */
            number: number;
            /**
             * Name
             * @description Its name, kept in its data folder.
             */
            name: string;
            /**
             * State
             * @description silent: heartbeats are late; lost: others may spend what it had leased.
             * @enum {string}
             */
            state: "running" | "silent" | "lost" | "stopped";
            /**
             * Is This
             * @description It made this answer.
             */
            is_this: boolean;
            /**
             * Is Shared
             * @description It spends from leases; else it has everything to itself.
             */
            is_shared: boolean;
            /**
             * Address
             * @description Where its public port listens.
             */
            address: string;
            /**
             * Version
             * @description The program's version.
             */
            version: string;
            /**
             * Started Ms
             * @description When its process began.
             */
            started_ms: number;
            /**
             * Heartbeat Ms
             * @description When it was last heard of.
             */
            heartbeat_ms: number;
            /**
             * Stopped Ms
             * @description When it was stopped; 0: it was not.
             */
            stopped_ms: number;
            /**
             * Leased
             * @description Quota of wallets that it may spend.
             */
            leased: number;
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
         * OptionIn
         * @description One option to write.
         */
        OptionIn: {
            /**
             * Key
             * @description Name of the option.
             */
            key: string;
            /**
             * Value
             * @description Text, number or boolean; stored as text.
             * @default null
             */
            value?: string | boolean | number | null;
        };
        /**
         * OrderIn
         * @description How groups are ordered; ties by the groups' own values.
         */
        OrderIn: {
            /** Metric */
            metric: string;
            /**
             * By
             * @description change: by the difference to the period before (needs `compare`).
             * @default value
             * @enum {string}
             */
            by?: "value" | "change";
            /**
             * Direction
             * @default desc
             * @enum {string}
             */
            direction?: "desc" | "asc";
        };
        /**
         * OverviewOut
         * @description What was done since the given time, within the caller's scope.
         */
        OverviewOut: {
            /** Since */
            since: string;
            /**
             * Scope
             * @description all, groups, users or own
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
        PaymentError: {
            message: string;
            data?: unknown;
            /** @description A stable code (docs/errors.md). */
            error?: string;
        };
        /**
         * PreviewIn
         * @description One proposed edit: a channel's change or deletion, or options written together.
         */
        PreviewIn: {
            /**
             * @description As PUT /api/channel/ takes it.
             * @default null
             */
            channel?: components["schemas"]["ChannelUpdate"] | null;
            /**
             * Deleted Channel
             * @description Id of a channel.
             * @default 0
             */
            deleted_channel?: number;
            /**
             * Options
             * @description Prices and groups are options.
             */
            options?: components["schemas"]["OptionIn"][];
        };
        /**
         * PreviewOut
         * @description What a proposed edit would do; nothing was written.
         */
        PreviewOut: {
            /** Changes */
            changes: components["schemas"]["TargetChange"][];
            /**
             * Models
             * @description Models that it touches, 500 at most.
             */
            models: string[];
            /**
             * Groups
             * @description Groups that it touches.
             */
            groups: string[];
            /**
             * Unserved
             * @description Models of the channel that no other enabled channel would serve any more.
             */
            unserved: string[];
        };
        /**
         * PriceTier
         * @description From so many tokens on, another price.
         */
        PriceTier: {
            /** Min Tokens */
            min_tokens: number;
            /**
             * Price
             * @description A decimal, such as 0.075.
             */
            price: string;
            /**
             * Condition
             * @description What is counted; empty prices each token by its own place.
             * @default
             * @enum {string}
             */
            condition?: "" | "full_input_tokens" | "billable_input_tokens" | "billable_output_tokens";
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
        /**
         * QueryIn
         * @description A question: numbers (metrics) of groups (dimensions) over time (rollup).
         */
        QueryIn: {
            range: components["schemas"]["RangeIn"];
            /**
             * Time Zone
             * @description IANA name; days, weeks and months are its own.
             * @default UTC
             */
            time_zone?: string;
            /** Metrics */
            metrics: string[];
            /**
             * Dimensions
             * @default []
             */
            dimensions?: string[];
            /**
             * Filters
             * @default []
             */
            filters?: components["schemas"]["FilterIn"][];
            /**
             * @description Length of a bucket; none: the whole range.
             * @default null
             */
            rollup?: components["schemas"]["Rollup"] | null;
            /**
             * Compare
             * @description previous: the equally long range before, bucket by bucket.
             * @default null
             */
            compare?: "previous" | null;
            /**
             * @description Default: the first metric, greatest first.
             * @default null
             */
            order?: components["schemas"]["OrderIn"] | null;
            /**
             * Series
             * @description With a rollup: only so many groups, the first by `order`; 0: all.
             * @default 0
             */
            series?: number;
            /**
             * Currency
             * @description What money is shown in.
             * @default quota
             * @enum {string}
             */
            currency?: "quota" | "usd" | "cny";
            /**
             * Limit
             * @default 100
             */
            limit?: number;
            /**
             * Cursor
             * @description `next_cursor` of the page before; the question must be the same.
             * @default null
             */
            cursor?: string | null;
        };
        /**
         * QueryOut
         * @description The answer; `buckets` are the begins of all buckets, of those without rows too.
         */
        QueryOut: {
            /** Rows */
            rows: components["schemas"]["RowOut"][];
            totals: components["schemas"]["SumsOut"];
            /** Buckets */
            buckets: string[];
            /**
             * Units
             * @description What each metric's number is.
             */
            units: {
                [key: string]: string;
            };
            /**
             * Currency
             * @enum {string}
             */
            currency: "quota" | "usd" | "cny";
            /** Range */
            range: {
                [key: string]: string;
            };
            /** Previous Range */
            previous_range: {
                [key: string]: string;
            } | null;
            /**
             * Scope
             * @enum {string}
             */
            scope: "all" | "groups" | "users" | "own";
            /** Next Cursor */
            next_cursor: string | null;
            freshness: components["schemas"]["FreshOut"];
        };
        /**
         * RangeIn
         * @description A range of time; calls count by when they ended.
         */
        RangeIn: {
            /**
             * Start
             * Format: date-time
             * @description RFC 3339 with offset; belongs to the range.
             */
            start: string;
            /**
             * End
             * Format: date-time
             * @description RFC 3339 with offset; does not belong to it.
             */
            end: string;
        };
        /**
         * RevertQuery
         * @description How to go back.
         */
        RevertQuery: {
            /**
             * Force
             * @description Go back although it was edited since.
             * @default false
             */
            force?: boolean;
        };
        /**
         * Rollup
         * @description How long a bucket of time is.
         * @enum {string}
         */
        Rollup: "minute" | "hour" | "day" | "week" | "month";
        /**
         * RowOut
         * @description One group in one bucket; a metric that has no data is null, which is not 0.
         */
        RowOut: {
            /**
             * Time
             * @description Begin of the bucket in the time zone; null: no rollup.
             */
            time: string | null;
            /** Dimensions */
            dimensions: {
                [key: string]: components["schemas"]["GroupOut"];
            };
            /** Metrics */
            metrics: {
                [key: string]: number | null;
            };
            /**
             * Previous
             * @description The period before; null: not asked.
             */
            previous: {
                [key: string]: number | null;
            } | null;
        };
        /**
         * ScopeIn
         * @description A scope as it is asked for: `all` alone, or the groups, or the users that it names.
         */
        ScopeIn: {
            /** @description all, groups, users or own. */
            scope: components["schemas"]["ScopeKind"];
            /** Groups */
            groups?: string[];
            /** Users */
            users?: number[];
        };
        /**
         * ScopeKind
         * @description How far a scope reaches.
         * @enum {string}
         */
        ScopeKind: "all" | "groups" | "users" | "own";
        /**
         * ScopeOut
         * @description What the caller may read of usage.
         */
        ScopeOut: {
            /**
             * Scope
             * @description all, groups, users or own.
             */
            scope: string;
            /** Groups */
            groups: string[];
            /** Users */
            users: number[];
        };
        /**
         * SqlColumnOut
         * @description A column that a text may name.
         */
        SqlColumnOut: {
            /** Name */
            name: string;
            /** Type */
            type: string;
            /** Note */
            note: string;
        };
        /**
         * SqlIn
         * @description A SELECT over `usage` and `usage_hourly`, which hold the caller's rows of the range.
         */
        SqlIn: {
            /** Sql */
            sql: string;
            /**
             * @description A year at most; none: the last 31 days.
             * @default null
             */
            range?: components["schemas"]["RangeIn"] | null;
            /**
             * Limit
             * @description Rows shown.
             * @default 1000
             */
            limit?: number;
        };
        /**
         * SqlOut
         * @description What the text answered; numbers beyond 2^53 and what JSON has no word for are text.
         */
        SqlOut: {
            /**
             * Columns
             * @description `name` and `type` of each column.
             */
            columns: {
                [key: string]: string;
            }[];
            /** Rows */
            rows: unknown[][];
            /**
             * Is Cut
             * @description There were more rows, or 4 MiB were full.
             */
            is_cut: boolean;
            /** Elapsed Ms */
            elapsed_ms: number;
            /** Range */
            range: {
                [key: string]: string;
            };
            freshness: components["schemas"]["FreshOut"];
        };
        /**
         * SqlSchemaOut
         * @description What the SQL editor offers the caller.
         */
        SqlSchemaOut: {
            /** Is Enabled */
            is_enabled: boolean;
            /** Tables */
            tables: components["schemas"]["SqlTableOut"][];
        };
        /**
         * SqlStopIn
         * @description Whose running query to stop.
         */
        SqlStopIn: {
            /**
             * Everybody
             * @description All that run; administrators only.
             * @default false
             */
            everybody?: boolean;
        };
        /**
         * SqlStopOut
         * @description How many queries were stopped.
         */
        SqlStopOut: {
            /** Stopped */
            stopped: number;
        };
        /**
         * SqlTableOut
         * @description A table that a text may name.
         */
        SqlTableOut: {
            /** Name */
            name: string;
            /** Columns */
            columns: components["schemas"]["SqlColumnOut"][];
        };
        /**
         * SubjectLimitsBody
         * @description The limits of a subject, with its name.
         */
        SubjectLimitsBody: {
            /**
             * Requests Per Minute
             * @description Requests in any 60 seconds.
             * @default null
             */
            requests_per_minute?: number | null;
            /**
             * Tokens Per Minute
             * @description Tokens, both ways, in any 60 seconds.
             * @default null
             */
            tokens_per_minute?: number | null;
            /**
             * Requests Per Day
             * @description Requests in a day of the time zone.
             * @default null
             */
            requests_per_day?: number | null;
            /**
             * Concurrency
             * @description Requests at one time.
             * @default null
             */
            concurrency?: number | null;
            /**
             * Spend Per Day
             * @description Quota in a day of the time zone.
             * @default null
             */
            spend_per_day?: number | null;
            /**
             * Spend Per Week
             * @description Quota in a week, from Monday.
             * @default null
             */
            spend_per_week?: number | null;
            /**
             * Spend Per Month
             * @description Quota in a month.
             * @default null
             */
            spend_per_month?: number | null;
            /**
             * Time Zone
             * @description IANA name; empty is UTC.
             * @default
             */
            time_zone?: string;
            /**
             * Scope
             * @enum {string}
             */
            scope: "user" | "key" | "group" | "model" | "channel" | "channel_key";
            /**
             * Subject
             * @description A number; a group's or model's name; `channel:place` of a channel's key, the place counted from 0.
             */
            subject: string;
        };
        /**
         * SubjectQuery
         * @description One subject.
         */
        SubjectQuery: {
            /**
             * Scope
             * @enum {string}
             */
            scope: "user" | "key" | "group" | "model" | "channel" | "channel_key";
            /**
             * Subject
             * @description A number; a group's or model's name; `channel:place` of a channel's key, the place counted from 0.
             */
            subject: string;
        };
        /**
         * SumsOut
         * @description The metrics over all groups and buckets.
         */
        SumsOut: {
            /** Metrics */
            metrics: {
                [key: string]: number | null;
            };
            /** Previous */
            previous: {
                [key: string]: number | null;
            } | null;
        };
        /**
         * TargetChange
         * @description One field that would differ, and where it stands.
         */
        TargetChange: {
            /** Field */
            field: string;
            /**
             * Before
             * @default null
             */
            before?: unknown;
            /**
             * After
             * @default null
             */
            after?: unknown;
            /** Kind */
            kind: string;
            /**
             * Target
             * @description Id of the channel, or option key.
             */
            target: string;
        };
        /**
         * TieredPrice
         * @description A price with tiers.
         */
        TieredPrice: {
            /**
             * Price
             * @description Below the first tier.
             */
            price: string;
            /** Tiers */
            tiers: components["schemas"]["PriceTier"][];
        };
        /**
         * TokenIn
         * @description A token that reads usage, and nothing else.
         */
        TokenIn: {
            /** @description all, groups, users or own. */
            scope: components["schemas"]["ScopeKind"];
            /** Groups */
            groups?: string[];
            /** Users */
            users?: number[];
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Expires At
             * @description Unix seconds in the future; 0: never.
             * @default 0
             */
            expires_at?: number;
        };
        /**
         * TokenOut
         * @description One token; its text is shown once, when it is made.
         */
        TokenOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Scope */
            scope: string;
            /** Groups */
            groups: string[];
            /** Users */
            users: number[];
            /**
             * Created At
             * @description Unix seconds.
             */
            created_at: number;
            /**
             * Expires At
             * @description Unix seconds; 0: never.
             */
            expires_at: number;
            /**
             * Token
             * @description The token, in the answer to its making alone.
             * @default
             */
            token?: string;
        };
        /**
         * UserDiscrepancy
         * @description A user whose books do not agree: credited should be balance + charged.
         */
        UserDiscrepancy: {
            /** User Id */
            user_id: number;
            /** Credited */
            credited: number;
            /** Balance */
            balance: number;
            /** Charged */
            charged: number;
        };
        /**
         * ViewIn
         * @description A view to save.
         */
        ViewIn: {
            /** Name */
            name: string;
            /**
             * Kind
             * @default explore
             * @enum {string}
             */
            kind?: "explore" | "sql";
            /**
             * Content
             * @description The question as the page holds it; 16 KiB.
             */
            content: {
                [key: string]: unknown;
            };
            /**
             * Is Shared
             * @description Everybody sees it; administrators only.
             * @default false
             */
            is_shared?: boolean;
        };
        /**
         * ViewOut
         * @description A saved view.
         */
        ViewOut: {
            /** Id */
            id: string;
            /** Name */
            name: string;
            /**
             * Kind
             * @enum {string}
             */
            kind: "explore" | "sql";
            /** Content */
            content: {
                [key: string]: unknown;
            };
            /** Is Shared */
            is_shared: boolean;
            /** Is Own */
            is_own: boolean;
            /**
             * Updated At
             * Format: date-time
             */
            updated_at: string;
        };
        /**
         * ViewPatch
         * @description What of a view to change.
         */
        ViewPatch: {
            /**
             * Name
             * @default null
             */
            name?: string | null;
            /**
             * Content
             * @default null
             */
            content?: {
                [key: string]: unknown;
            } | null;
            /**
             * Is Shared
             * @default null
             */
            is_shared?: boolean | null;
        };
        /**
         * ViewQuery
         * @description Which views to list.
         */
        ViewQuery: {
            /**
             * Kind
             * @default null
             */
            kind?: ("explore" | "sql") | null;
        };
        /**
         * WalletDiscrepancy
         * @description A wallet that the relay has otherwise than SQL: free + held + settled should be expected.
         */
        WalletDiscrepancy: {
            /** User Id */
            user_id: number;
            /** Expected */
            expected: number;
            /** Free */
            free: number;
            /** Held */
            held: number;
            /** Settled */
            settled: number;
        };
        /**
         * WalletReport
         * @description The relay's memory against SQL.
         */
        WalletReport: {
            /**
             * Users
             * @description Wallets compared.
             */
            users: number;
            /**
             * Unsure
             * @description Wallets left out: a batch was not told to the relay yet.
             */
            unsure: number;
            /** Free */
            free: number;
            /** Held */
            held: number;
            /**
             * Settled
             * @description Charged in memory, not yet subtracted in SQL.
             */
            settled: number;
            /** Differing */
            differing: components["schemas"]["WalletDiscrepancy"][];
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
    get_api_weirgate_analytics_catalogue: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["CatalogueOut"];
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
    post_api_weirgate_analytics_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ExportIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
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
    post_api_weirgate_analytics_query: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["QueryIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["QueryOut"];
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
    post_api_weirgate_analytics_sql: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SqlIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SqlOut"];
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
    get_api_weirgate_analytics_sql_schema: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["SqlSchemaOut"];
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
    post_api_weirgate_analytics_sql_stop: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SqlStopIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SqlStopOut"];
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
    get_api_weirgate_analytics_views: {
        parameters: {
            query?: {
                kind?: ("explore" | "sql") | null;
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
                    "application/json": components["schemas"]["ViewOut"][];
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
    post_api_weirgate_analytics_views: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewOut"];
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
    get_api_weirgate_analytics_views_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": components["schemas"]["ViewOut"];
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
    delete_api_weirgate_analytics_views_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": unknown;
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
    patch_api_weirgate_analytics_views_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ViewPatch"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ViewOut"];
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
    get_api_weirgate_channels_id_prices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": components["schemas"]["ChannelPrices"];
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
    put_api_weirgate_channels_id_prices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelPrices"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChannelPrices"];
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
    delete_api_weirgate_channels_id_prices: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": unknown;
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
    get_api_weirgate_history: {
        parameters: {
            query?: {
                kind?: "" | "channel" | "option";
                target?: string;
                before_id?: number;
                limit?: number;
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
                    "application/json": components["schemas"]["EditOut"][];
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
    get_api_weirgate_history_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": components["schemas"]["EditDetail"];
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
    post_api_weirgate_history_id_revert: {
        parameters: {
            query?: {
                force?: boolean;
            };
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": components["schemas"]["EditDetail"];
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
    post_api_weirgate_history_preview: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewOut"];
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
    get_api_weirgate_jobs: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["JobOut"][];
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
    get_api_weirgate_jobs_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
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
                    "application/json": components["schemas"]["JobOut"];
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
    post_api_weirgate_jobs_name_run: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
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
                    "application/json": components["schemas"]["JobOut"];
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
    get_api_weirgate_keys_id_limits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": components["schemas"]["LimitsOut"];
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
    put_api_weirgate_keys_id_limits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LimitsBody"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitsOut"];
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
    delete_api_weirgate_keys_id_limits: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": unknown;
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
    post_api_weirgate_ledger_verify: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["LedgerReport"];
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
    get_api_weirgate_limits: {
        parameters: {
            query: {
                scope: "user" | "key" | "group" | "model" | "channel" | "channel_key";
                after?: string;
                page_size?: number;
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
                    "application/json": components["schemas"]["LimitsPage"];
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
    put_api_weirgate_limits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SubjectLimitsBody"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LimitsOut"];
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
    delete_api_weirgate_limits: {
        parameters: {
            query: {
                scope: "user" | "key" | "group" | "model" | "channel" | "channel_key";
                subject: string;
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
                    "application/json": unknown;
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
    get_api_weirgate_nodes: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["NodeOut"][];
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
    get_api_weirgate_openapi_name: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                name: string;
            };
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
                    "application/json": {
                        [key: string]: unknown;
                    };
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
    get_api_weirgate_usage_grants: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["GrantOut"][];
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
    put_api_weirgate_usage_grants_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ScopeIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GrantOut"];
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
    delete_api_weirgate_usage_grants_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": unknown;
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
    get_api_weirgate_usage_scope: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["ScopeOut"];
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
    get_api_weirgate_usage_tokens: {
        parameters: {
            query?: never;
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
                    "application/json": components["schemas"]["TokenOut"][];
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
    post_api_weirgate_usage_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TokenIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokenOut"];
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
    delete_api_weirgate_usage_tokens_id: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: number;
            };
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
                    "application/json": unknown;
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
