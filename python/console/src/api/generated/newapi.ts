// Generated from tests/contracts/management by `npm run generate`; do not edit.

export interface paths {
    "/api/about": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public text About */
        get: operations["get_api_about"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/available_model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models with groups and prices, as one-hub shows them */
        get: operations["get_api_available_model"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List channels */
        get: operations["get_api_channel_all"];
        /** Change a channel */
        put: operations["put_api_channel_all"];
        /** Add channels */
        post: operations["post_api_channel_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one channel */
        get: operations["get_api_channel_id"];
        put?: never;
        post?: never;
        /** Delete a channel */
        delete: operations["delete_api_channel_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/{id}/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Read a channel's key, after a step-up */
        post: operations["post_api_channel_id_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch a channel on or off */
        post: operations["post_api_channel_id_status"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete several channels */
        post: operations["post_api_channel_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/batch/tag": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Tag several channels */
        post: operations["post_api_channel_batch_tag"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/copy/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Copy a channel */
        post: operations["post_api_channel_copy_id"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete all disabled channels */
        delete: operations["delete_api_channel_disabled"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/fetch_models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask an unsaved upstream for its models */
        post: operations["post_api_channel_fetch_models"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/fetch_models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ask a channel's upstream for its models */
        get: operations["get_api_channel_fetch_models_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/fix": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Rebuild abilities */
        post: operations["post_api_channel_fix"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All built-in models */
        get: operations["get_api_channel_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/models_enabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models of enabled channels */
        get: operations["get_api_channel_models_enabled"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/multi_key/manage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Manage the keys of a channel with several */
        post: operations["post_api_channel_multi_key_manage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search channels */
        get: operations["get_api_channel_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/status/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch several channels on or off */
        post: operations["post_api_channel_status_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/tag": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the channels with a tag */
        put: operations["put_api_channel_tag"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/tag/disabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch the channels with a tag off */
        post: operations["post_api_channel_tag_disabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/tag/enabled": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch the channels with a tag on */
        post: operations["post_api_channel_tag_enabled"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/tag/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Longest model list among the channels with a tag */
        get: operations["get_api_channel_tag_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Test all channels, as a job */
        get: operations["get_api_channel_test"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/test/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Test a channel */
        get: operations["get_api_channel_test_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/update_balance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the balances of all channels, as a job */
        get: operations["get_api_channel_update_balance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/channel/update_balance/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read a channel's balance */
        get: operations["get_api_channel_update_balance_id"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/custom-oauth-provider/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the OAuth providers that were added */
        get: operations["get_api_custom_oauth_provider_all"];
        put?: never;
        /** Add an OAuth provider */
        post: operations["post_api_custom_oauth_provider_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/custom-oauth-provider/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one added provider */
        get: operations["get_api_custom_oauth_provider_id"];
        /** Change an added provider */
        put: operations["put_api_custom_oauth_provider_id"];
        post?: never;
        /** Delete an added provider and who was bound to it */
        delete: operations["delete_api_custom_oauth_provider_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/custom-oauth-provider/discovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask a provider for its addresses */
        post: operations["post_api_custom_oauth_provider_discovery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Usage by hour */
        get: operations["get_api_data_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own usage by hour */
        get: operations["get_api_data_self"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/data/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Usage by hour and user */
        get: operations["get_api_data_users"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/group/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List group names */
        get: operations["get_api_group_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/home_page_content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public text HomePageContent */
        get: operations["get_api_home_page_content"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List log rows */
        get: operations["get_api_log_all"];
        put?: never;
        post?: never;
        /** Delete old log rows */
        delete: operations["delete_api_log_all"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search log rows */
        get: operations["get_api_log_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own log rows */
        get: operations["get_api_log_self"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log/self/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search own log rows */
        get: operations["get_api_log_self_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log/self/stat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sum own charges and rates */
        get: operations["get_api_log_self_stat"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log/stat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Sum charges and rates */
        get: operations["get_api_log_stat"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/log/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the log rows of an API key */
        get: operations["get_api_log_token"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mj/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List Midjourney tasks */
        get: operations["get_api_mj_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/mj/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own Midjourney tasks */
        get: operations["get_api_mj_self"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Built-in models of each channel type */
        get: operations["get_api_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List model metadata */
        get: operations["get_api_models_all"];
        /** Change a model's metadata, or its status alone */
        put: operations["put_api_models_all"];
        /** Describe a model */
        post: operations["post_api_models_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one model's metadata */
        get: operations["get_api_models_id"];
        put?: never;
        post?: never;
        /** Delete a model's metadata */
        delete: operations["delete_api_models_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/missing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Served models without metadata */
        get: operations["get_api_models_missing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search model metadata */
        get: operations["get_api_models_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/sync_upstream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take over from the public list */
        post: operations["post_api_models_sync_upstream"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/models/sync_upstream/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the public list would change */
        get: operations["get_api_models_sync_upstream_preview"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notice": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public text Notice */
        get: operations["get_api_notice"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finish a sign-in, or a binding */
        get: operations["get_api_oauth_provider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/discord": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finish a sign-in, or a binding */
        get: operations["get_api_oauth_discord"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/email/bind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bind an e-mail address (older form) */
        get: operations["get_api_oauth_email_bind"];
        put?: never;
        /** Bind an e-mail address */
        post: operations["post_api_oauth_email_bind"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/github": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finish a sign-in, or a binding */
        get: operations["get_api_oauth_github"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/lark": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finish a sign-in, or a binding */
        get: operations["get_api_oauth_lark"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/linuxdo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finish a sign-in, or a binding */
        get: operations["get_api_oauth_linuxdo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/oidc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Finish a sign-in, or a binding */
        get: operations["get_api_oauth_oidc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Begin a sign-in through a provider */
        get: operations["get_api_oauth_state"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/telegram/bind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bind a Telegram account */
        get: operations["get_api_oauth_telegram_bind"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/telegram/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log in by Telegram's signed fields */
        get: operations["get_api_oauth_telegram_login"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/wechat": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log in by a code of the WeChat account */
        get: operations["get_api_oauth_wechat"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/oauth/wechat/bind": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Bind a WeChat account (older form) */
        get: operations["get_api_oauth_wechat_bind"];
        put?: never;
        /** Bind a WeChat account */
        post: operations["post_api_oauth_wechat_bind"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/option/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List options */
        get: operations["get_api_option_all"];
        /** Write one option */
        put: operations["put_api_option_all"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/option/migrate_console_setting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring old console options under their present names */
        post: operations["post_api_option_migrate_console_setting"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/option/rest_model_ratio": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bring model ratios back to their defaults */
        post: operations["post_api_option_rest_model_ratio"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prefill_group/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List prefill groups */
        get: operations["get_api_prefill_group_all"];
        /** Change a prefill group */
        put: operations["put_api_prefill_group_all"];
        /** Add a prefill group */
        post: operations["post_api_prefill_group_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prefill_group/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a prefill group */
        delete: operations["delete_api_prefill_group_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prices of models, as one-hub shows them */
        get: operations["get_api_prices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/model_list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Names of priced models */
        get: operations["get_api_prices_model_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/multiple": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Give several models one price */
        post: operations["post_api_prices_multiple"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/multiple/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Take the prices of several models away */
        put: operations["put_api_prices_multiple_delete"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/single": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Price a model in one-hub's words */
        post: operations["post_api_prices_single"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/single/*model": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Price a model anew */
        put: operations["put_api_prices_single_model"];
        post?: never;
        /** Take a model's price away */
        delete: operations["delete_api_prices_single_model"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a list of prices over */
        post: operations["post_api_prices_sync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prices/updateService": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where prices to sync are fetched */
        get: operations["get_api_prices_updateService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/pricing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prices */
        get: operations["get_api_pricing"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/privacy-policy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public text legal.privacy_policy */
        get: operations["get_api_privacy_policy"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ratio_config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Published price maps */
        get: operations["get_api_ratio_config"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ratio_sync/channels": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List gateways whose prices may be compared */
        get: operations["get_api_ratio_sync_channels"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/ratio_sync/fetch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Compare prices with other gateways */
        post: operations["post_api_ratio_sync_fetch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/redemption/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List codes */
        get: operations["get_api_redemption_all"];
        /** Change a code, or its status alone */
        put: operations["put_api_redemption_all"];
        /** Make codes */
        post: operations["post_api_redemption_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/redemption/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one code */
        get: operations["get_api_redemption_id"];
        put?: never;
        post?: never;
        /** Delete a code */
        delete: operations["delete_api_redemption_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/redemption/invalid": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete used, disabled and expired codes */
        delete: operations["delete_api_redemption_invalid"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/redemption/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search codes */
        get: operations["get_api_redemption_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reset_password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mail a password reset link */
        get: operations["get_api_reset_password"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server is set up */
        get: operations["get_api_setup"];
        put?: never;
        /** Set the server up */
        post: operations["post_api_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Status of the site */
        get: operations["get_api_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/status/test": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether the server and its database answer */
        get: operations["get_api_status_test"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/stripe/webhook": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Event of Stripe */
        post: operations["post_api_stripe_webhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/task/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List tasks */
        get: operations["get_api_task_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/task/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own tasks */
        get: operations["get_api_task_self"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own keys */
        get: operations["get_api_token_all"];
        /** Change a key, or its status alone */
        put: operations["put_api_token_all"];
        /** Create a key */
        post: operations["post_api_token_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one own key */
        get: operations["get_api_token_id"];
        put?: never;
        post?: never;
        /** Delete a key */
        delete: operations["delete_api_token_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/{id}/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reveal one key */
        post: operations["post_api_token_id_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete several keys */
        post: operations["post_api_token_batch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/batch/keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Reveal several keys */
        post: operations["post_api_token_batch_keys"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/token/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search own keys */
        get: operations["get_api_token_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/topup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Credit a user */
        post: operations["post_api_topup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/uptime/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Uptime of the watched systems */
        get: operations["get_api_uptime_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/usage/token/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Usage of the calling key */
        get: operations["get_api_usage_token_all"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user-agreement": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Public text legal.user_agreement */
        get: operations["get_api_user_agreement"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List users */
        get: operations["get_api_user_all"];
        /** Change a user */
        put: operations["put_api_user_all"];
        /** Create a user */
        post: operations["post_api_user_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/2fa/backup_codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make new backup codes */
        post: operations["post_api_user_2fa_backup_codes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/2fa/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Disable the second factor */
        post: operations["post_api_user_2fa_disable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/2fa/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enable the second factor */
        post: operations["post_api_user_2fa_enable"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/2fa/setup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set a second factor up */
        post: operations["post_api_user_2fa_setup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/2fa/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many have a second factor */
        get: operations["get_api_user_2fa_stats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/2fa/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State of the second factor */
        get: operations["get_api_user_2fa_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one user */
        get: operations["get_api_user_id"];
        put?: never;
        post?: never;
        /** Delete a user */
        delete: operations["delete_api_user_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/{id}/2fa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take a user's second factor away */
        delete: operations["delete_api_user_id_2fa"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/{id}/reset_passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove a user's passkey */
        delete: operations["delete_api_user_id_reset_passkey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/aff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read the own invitation code */
        get: operations["get_api_user_aff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/aff_transfer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move the reward of invitations into the balance */
        post: operations["post_api_user_aff_transfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/amount": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an amount costs by epay */
        post: operations["post_api_user_amount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/available_models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models that the caller may use, by one-api's name */
        get: operations["get_api_user_available_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/check_in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check in, answered in Veloera's words */
        post: operations["post_api_user_check_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/check_in_status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether one can check in */
        get: operations["get_api_user_check_in_status"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/checkin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check-ins of a month */
        get: operations["get_api_user_checkin"];
        put?: never;
        /** Check in */
        post: operations["post_api_user_checkin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/dashboard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own last seven days by day and model */
        get: operations["get_api_user_dashboard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/epay/notify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notification of epay */
        get: operations["get_api_user_epay_notify"];
        put?: never;
        /** Notification of epay, as a form */
        post: operations["post_api_user_epay_notify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups that anybody may use */
        get: operations["get_api_user_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in */
        post: operations["post_api_user_login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/login/2fa": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Second step of a login */
        post: operations["post_api_user_login_2fa"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Log out */
        get: operations["get_api_user_logout"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/manage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Act on a user */
        post: operations["post_api_user_manage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/models": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Models that the caller may use */
        get: operations["get_api_user_models"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/oauth/bindings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own ids at providers that were added */
        get: operations["get_api_user_oauth_bindings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/oauth/bindings/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Take an own id at an added provider away */
        delete: operations["delete_api_user_oauth_bindings_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** State of the passkey */
        get: operations["get_api_user_passkey"];
        put?: never;
        post?: never;
        /** Remove the own passkey */
        delete: operations["delete_api_user_passkey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/passkey/login/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to log in with a passkey */
        post: operations["post_api_user_passkey_login_begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/passkey/login/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Log in with a passkey */
        post: operations["post_api_user_passkey_login_finish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/passkey/register/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to register a passkey */
        post: operations["post_api_user_passkey_register_begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/passkey/register/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register a passkey */
        post: operations["post_api_user_passkey_register_finish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/passkey/verify/begin": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Begin to prove oneself with the passkey */
        post: operations["post_api_user_passkey_verify_begin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/passkey/verify/finish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove oneself with the passkey */
        post: operations["post_api_user_passkey_verify_finish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/pay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start an order at epay */
        post: operations["post_api_user_pay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Register */
        post: operations["post_api_user_register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Get a new password by a reset link */
        post: operations["post_api_user_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search users */
        get: operations["get_api_user_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Own account */
        get: operations["get_api_user_self"];
        /** Change the own account */
        put: operations["put_api_user_self"];
        post?: never;
        /** Delete the own account */
        delete: operations["delete_api_user_self"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/self/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups that the caller may use */
        get: operations["get_api_user_self_groups"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/setting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Save how to be notified */
        put: operations["put_api_user_setting"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/stripe/amount": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What an amount costs by Stripe */
        post: operations["post_api_user_stripe_amount"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/stripe/pay": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start an order at Stripe */
        post: operations["post_api_user_stripe_pay"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Make a new access token */
        get: operations["get_api_user_token"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/topup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List all orders */
        get: operations["get_api_user_topup"];
        put?: never;
        /** Claim a code */
        post: operations["post_api_user_topup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/topup/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Complete a pending order by hand */
        post: operations["post_api_user_topup_complete"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/topup/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can be bought, and how */
        get: operations["get_api_user_topup_info"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user/topup/self": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List own orders */
        get: operations["get_api_user_topup_self"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user_group/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List user groups */
        get: operations["get_api_user_group_all"];
        /** Change a user group */
        put: operations["put_api_user_group_all"];
        /** Add a user group */
        post: operations["post_api_user_group_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user_group/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one user group */
        get: operations["get_api_user_group_id"];
        put?: never;
        post?: never;
        /** Delete a user group */
        delete: operations["delete_api_user_group_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user_group/enable/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Switch a user group on or off */
        put: operations["put_api_user_group_enable_id"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/user_group_map": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** User groups by symbol */
        get: operations["get_api_user_group_map"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vendors/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List vendors */
        get: operations["get_api_vendors_all"];
        /** Change a vendor */
        put: operations["put_api_vendors_all"];
        /** Add a vendor */
        post: operations["post_api_vendors_all"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vendors/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Read one vendor */
        get: operations["get_api_vendors_id"];
        put?: never;
        post?: never;
        /** Delete a vendor */
        delete: operations["delete_api_vendors_id"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/vendors/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search vendors */
        get: operations["get_api_vendors_search"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mail a verification code */
        get: operations["get_api_verification"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Prove oneself anew (step-up) */
        post: operations["post_api_verify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard/billing/credit_grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Billing: credit summary */
        get: operations["get_dashboard_billing_credit_grants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard/billing/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Billing: what was granted */
        get: operations["get_dashboard_billing_subscription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dashboard/billing/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Billing: what was used */
        get: operations["get_dashboard_billing_usage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/mj/notify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a Midjourney proxy's news of a task */
        post: operations["post_mj_notify"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/oauth/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where providers send the browser: finish, then go to the console */
        get: operations["get_oauth_provider"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboard/billing/credit_grants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Billing: credit summary */
        get: operations["get_v1_dashboard_billing_credit_grants"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboard/billing/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Billing: what was granted */
        get: operations["get_v1_dashboard_billing_subscription"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dashboard/billing/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Billing: what was used */
        get: operations["get_v1_dashboard_billing_usage"];
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
        /**
         * AffTransfer
         * @description How much of the invitations' reward to move into the balance.
         */
        AffTransfer: {
            /**
             * Quota
             * @description Quota units.
             * @default 0
             */
            quota?: number;
        };
        /**
         * AmountIn
         * @description An amount to price: US dollars, or quota units where these are shown.
         */
        AmountIn: {
            /** Amount */
            amount: number;
        };
        /**
         * AvailableModel
         * @description One model that a caller may use.
         */
        AvailableModel: {
            /** Groups */
            groups: string[];
            /** Owned By */
            owned_by: string;
            price: components["schemas"]["HubPrice"];
        };
        /**
         * BackupCodesOut
         * @description New backup codes; shown once.
         */
        BackupCodesOut: {
            /** Backup Codes */
            backup_codes: string[];
        };
        /**
         * BalanceOut
         * @description A channel's balance, at the top level of the answer.
         */
        BalanceOut: {
            /**
             * Success
             * @default true
             */
            success?: boolean;
            /**
             * Message
             * @default
             */
            message?: string;
            /**
             * Balance
             * @description In US dollars, where the vendor counts in them.
             */
            balance: number;
        };
        /**
         * BillingUsage
         * @description OpenAI's dashboard usage.
         */
        BillingUsage: {
            /**
             * Object
             * @description Kind of the object.
             * @default list
             */
            object?: string;
            /**
             * Total Usage
             * @description Used, in hundredths of the display unit.
             */
            total_usage: number;
        };
        /**
         * BindingOut
         * @description One id of the caller at a provider that root has added.
         */
        BindingOut: {
            /** Provider Id */
            provider_id: number;
            /** Provider Name */
            provider_name: string;
            /** Provider Slug */
            provider_slug: string;
            /** Provider Icon */
            provider_icon: string;
            /** Provider User Id */
            provider_user_id: string;
        };
        /**
         * BoundChannel
         * @description A channel that serves a model.
         */
        BoundChannel: {
            /** Name */
            name: string;
            /** Type */
            type: number;
        };
        /**
         * BucketOut
         * @description What a user (or all) did with a model (or all) in an hour.
         */
        BucketOut: {
            /** Id */
            id: number;
            /** User Id */
            user_id: number;
            /** Username */
            username: string;
            /** Model Name */
            model_name: string;
            /**
             * Created At
             * @description Unix second in which the hour begins.
             */
            created_at: number;
            /** Token Used */
            token_used: number;
            /** Count */
            count: number;
            /** Quota */
            quota: number;
        };
        /**
         * BucketQuery
         * @description A range of usage data; `default_time` and others are ignored.
         */
        BucketQuery: {
            /**
             * Start Timestamp
             * @default 0
             */
            start_timestamp?: number;
            /**
             * End Timestamp
             * @default 0
             */
            end_timestamp?: number;
            /**
             * Username
             * @default
             */
            username?: string;
        };
        /**
         * CallbackQuery
         * @description What a provider sends back.
         */
        CallbackQuery: {
            /**
             * Code
             * @default
             */
            code?: string;
            /**
             * State
             * @default
             */
            state?: string;
            /**
             * Error
             * @default
             */
            error?: string;
            /**
             * Error Description
             * @default
             */
            error_description?: string;
        };
        /**
         * ChannelCreate
         * @description One or several new channels.
         */
        ChannelCreate: {
            /**
             * Mode
             * @description single, batch or multi_to_single.
             * @default
             */
            mode?: string;
            /**
             * Multi Key Mode
             * @description random or polling.
             * @default
             */
            multi_key_mode?: string;
            /**
             * Batch Add Set Key Prefix 2 Name
             * @description Names get the first characters of their key.
             * @default false
             */
            batch_add_set_key_prefix_2_name?: boolean;
            /**
             * @description The channel.
             * @default null
             */
            channel?: components["schemas"]["ChannelFields"] | null;
        };
        /**
         * ChannelFields
         * @description The fields that create and update share; None is "not given".
         */
        ChannelFields: {
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
        };
        /**
         * ChannelFilter
         * @description Query of the list and of the search.
         */
        ChannelFilter: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Id Sort
             * @description Newest first, else by priority.
             * @default false
             */
            id_sort?: boolean;
            /**
             * Tag Mode
             * @description Pages over tags.
             * @default false
             */
            tag_mode?: boolean;
            /**
             * Status
             * @description enabled, disabled or all.
             * @default
             */
            status?: string;
            /**
             * Type
             * @description Channel type number.
             * @default
             */
            type?: string;
            /**
             * Group
             * @description Only channels of this group.
             * @default
             */
            group?: string;
            /**
             * Keyword
             * @description Id, name, key or base URL.
             * @default
             */
            keyword?: string;
            /**
             * Model
             * @description Part of a model name.
             * @default
             */
            model?: string;
        };
        /**
         * ChannelIds
         * @description Several channels.
         */
        ChannelIds: {
            /**
             * Ids
             * @description Ids.
             */
            ids?: number[];
            /**
             * Tag
             * @description New tag; null or empty clears.
             * @default null
             */
            tag?: string | null;
            /**
             * Status
             * @description New status.
             * @default 0
             */
            status?: number;
        };
        /**
         * ChannelInfo
         * @description How several keys share one channel.
         */
        ChannelInfo: {
            /**
             * Is Multi Key
             * @description Several keys.
             * @default false
             */
            is_multi_key?: boolean;
            /**
             * Multi Key Size
             * @description How many.
             * @default 0
             */
            multi_key_size?: number;
            /**
             * Multi Key Status List
             * @description Keys that are off.
             * @default null
             */
            multi_key_status_list?: {
                [key: string]: number;
            } | null;
            /**
             * Multi Key Polling Index
             * @description Kept for compatibility.
             * @default 0
             */
            multi_key_polling_index?: number;
            /**
             * Multi Key Mode
             * @description random or polling.
             * @default
             */
            multi_key_mode?: string;
        };
        /**
         * ChannelKey
         * @description A channel's key, several of them one a line.
         */
        ChannelKey: {
            /** Key */
            key: string;
        };
        /**
         * ChannelOut
         * @description One channel as read; the key is always empty.
         */
        ChannelOut: {
            /** Id */
            id: number;
            /** Type */
            type: number;
            /**
             * Key
             * @description Always empty.
             * @default
             */
            key?: string;
            /** Openai Organization */
            openai_organization: string | null;
            /** Test Model */
            test_model: string | null;
            /** Status */
            status: number;
            /** Name */
            name: string;
            /** Weight */
            weight: number | null;
            /** Created Time */
            created_time: number;
            /** Test Time */
            test_time: number;
            /**
             * Response Time
             * @description Milliseconds of the last test.
             */
            response_time: number;
            /** Base Url */
            base_url: string | null;
            /** Other */
            other: string;
            /** Balance */
            balance: number;
            /** Balance Updated Time */
            balance_updated_time: number;
            /** Models */
            models: string;
            /** Group */
            group: string;
            /** Used Quota */
            used_quota: number;
            /** Model Mapping */
            model_mapping: string | null;
            /** Status Code Mapping */
            status_code_mapping: string | null;
            /** Priority */
            priority: number | null;
            /** Auto Ban */
            auto_ban: number | null;
            /** Other Info */
            other_info: string;
            /** Tag */
            tag: string | null;
            /** Setting */
            setting: string | null;
            /** Param Override */
            param_override: string | null;
            /** Header Override */
            header_override: string | null;
            /** Remark */
            remark: string | null;
            channel_info: components["schemas"]["ChannelInfo"];
            /** Settings */
            settings: string;
        };
        /**
         * ChannelPage
         * @description Data of the list.
         */
        ChannelPage: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["ChannelOut"][];
            /** Data */
            data: components["schemas"]["ChannelOut"][];
            /**
             * Type Counts
             * @description Channels of each type, all types counted.
             */
            type_counts: {
                [key: string]: number;
            };
        };
        /**
         * ChannelStatusIn
         * @description A new status.
         */
        ChannelStatusIn: {
            /**
             * Status
             * @description 1 on or 2 off.
             */
            status: number;
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
         * ChannelUpdated
         * @description The answer of an update: the channel and the modes of the call.
         */
        ChannelUpdated: {
            /** Id */
            id: number;
            /** Type */
            type: number;
            /**
             * Key
             * @description Always empty.
             * @default
             */
            key?: string;
            /** Openai Organization */
            openai_organization: string | null;
            /** Test Model */
            test_model: string | null;
            /** Status */
            status: number;
            /** Name */
            name: string;
            /** Weight */
            weight: number | null;
            /** Created Time */
            created_time: number;
            /** Test Time */
            test_time: number;
            /**
             * Response Time
             * @description Milliseconds of the last test.
             */
            response_time: number;
            /** Base Url */
            base_url: string | null;
            /** Other */
            other: string;
            /** Balance */
            balance: number;
            /** Balance Updated Time */
            balance_updated_time: number;
            /** Models */
            models: string;
            /** Group */
            group: string;
            /** Used Quota */
            used_quota: number;
            /** Model Mapping */
            model_mapping: string | null;
            /** Status Code Mapping */
            status_code_mapping: string | null;
            /** Priority */
            priority: number | null;
            /** Auto Ban */
            auto_ban: number | null;
            /** Other Info */
            other_info: string;
            /** Tag */
            tag: string | null;
            /** Setting */
            setting: string | null;
            /** Param Override */
            param_override: string | null;
            /** Header Override */
            header_override: string | null;
            /** Remark */
            remark: string | null;
            channel_info: components["schemas"]["ChannelInfo"];
            /** Settings */
            settings: string;
            /**
             * Multi Key Mode
             * @default null
             */
            multi_key_mode?: string | null;
            /**
             * Key Mode
             * @default null
             */
            key_mode?: string | null;
        };
        /**
         * ChannelsFound
         * @description Data of the search: no page and page_size, as in the family.
         */
        ChannelsFound: {
            /** Items */
            items: components["schemas"]["ChannelOut"][];
            /** Total */
            total: number;
            /**
             * Type Counts
             * @description Channels of each type, all types counted.
             */
            type_counts: {
                [key: string]: number;
            };
        };
        /**
         * CheckInPossible
         * @description Whether the caller can check in now.
         */
        CheckInPossible: {
            /** Can Check In */
            can_check_in: boolean;
        };
        /**
         * CheckInQuery
         * @description The token of the check for people.
         */
        CheckInQuery: {
            /**
             * Turnstile
             * @description Token of the check.
             * @default
             */
            turnstile?: string;
        };
        /**
         * CheckInRecord
         * @description One check-in.
         */
        CheckInRecord: {
            /**
             * Checkin Date
             * @description YYYY-MM-DD.
             */
            checkin_date: string;
            /**
             * Quota Awarded
             * @description Quota units.
             */
            quota_awarded: number;
        };
        /**
         * CheckInReward
         * @description What a check-in gave, in Veloera's word.
         */
        CheckInReward: {
            /**
             * Quota
             * @description Quota units.
             */
            quota: number;
        };
        /**
         * CheckInState
         * @description What check-ins give, and the caller's own.
         */
        CheckInState: {
            /** Enabled */
            enabled: boolean;
            /** Min Quota */
            min_quota: number;
            /** Max Quota */
            max_quota: number;
            stats: components["schemas"]["CheckInStats"];
        };
        /**
         * CheckInStats
         * @description A user's check-ins.
         */
        CheckInStats: {
            /**
             * Total Quota
             * @description Given so far, quota units.
             */
            total_quota: number;
            /** Total Checkins */
            total_checkins: number;
            /**
             * Checkin Count
             * @description In the month shown.
             */
            checkin_count: number;
            /** Checked In Today */
            checked_in_today: boolean;
            /**
             * Records
             * @description Of the month shown, newest first.
             */
            records: components["schemas"]["CheckInRecord"][];
        };
        /**
         * CodeBody
         * @description The same as a body.
         */
        CodeBody: {
            /**
             * Code
             * @default
             */
            code?: string;
        };
        /**
         * CodeIn
         * @description A one-time password or a backup code.
         */
        CodeIn: {
            /**
             * Code
             * @default
             */
            code?: string;
        };
        /**
         * CodeQuery
         * @description A code that a person got from the WeChat account.
         */
        CodeQuery: {
            /**
             * Code
             * @default
             */
            code?: string;
        };
        /**
         * CompleteIn
         * @description An order to complete by hand.
         */
        CompleteIn: {
            /**
             * Trade No
             * @default
             */
            trade_no?: string;
        };
        /**
         * CopyOut
         * @description The new channel's id.
         */
        CopyOut: {
            /** Id */
            id: number;
        };
        /**
         * CopyQuery
         * @description How a copy is made.
         */
        CopyQuery: {
            /**
             * Suffix
             * @description Added to the name.
             * @default _复制
             */
            suffix?: string;
            /**
             * Reset Balance
             * @description false keeps balance and use.
             * @default true
             */
            reset_balance?: string;
        };
        /**
         * CredentialIn
         * @description What the browser answered, as WebAuthn's JSON form.
         */
        CredentialIn: {
            /**
             * Id
             * @default
             */
            id?: string;
            /**
             * Rawid
             * @default
             */
            rawId?: string;
            /**
             * Type
             * @default public-key
             */
            type?: string;
            /** Response */
            response?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /**
         * CreditIn
         * @description Quota that an administrator gives.
         */
        CreditIn: {
            /** User Id */
            user_id: number;
            /**
             * Quota
             * @description Quota units, more than 0.
             * @default 0
             */
            quota?: number;
            /**
             * Remark
             * @default
             */
            remark?: string;
        };
        /**
         * CreditSummary
         * @description OpenAI's credit grants, in US dollars.
         */
        CreditSummary: {
            /**
             * Object
             * @description Kind of the object.
             * @default credit_summary
             */
            object?: string;
            /**
             * Total Granted
             * @description Remaining plus used.
             */
            total_granted: number;
            /**
             * Total Used
             * @description Used.
             */
            total_used: number;
            /**
             * Total Available
             * @description Remaining.
             */
            total_available: number;
            /**
             * Expires At
             * @description Unix milliseconds; 0 never.
             */
            expires_at: number;
        };
        /**
         * CustomProviderIn
         * @description A new or changed provider.
         */
        CustomProviderIn: {
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Slug
             * @description Its word in paths: /api/oauth/<slug>.
             * @default
             */
            slug?: string;
            /**
             * Icon
             * @default
             */
            icon?: string;
            /**
             * Enabled
             * @default false
             */
            enabled?: boolean;
            /**
             * Client Id
             * @default
             */
            client_id?: string;
            /**
             * Authorization Endpoint
             * @default
             */
            authorization_endpoint?: string;
            /**
             * Token Endpoint
             * @default
             */
            token_endpoint?: string;
            /**
             * User Info Endpoint
             * @default
             */
            user_info_endpoint?: string;
            /**
             * Scopes
             * @default openid profile email
             */
            scopes?: string;
            /**
             * User Id Field
             * @description Dotted path in the answer.
             * @default sub
             */
            user_id_field?: string;
            /**
             * Username Field
             * @default preferred_username
             */
            username_field?: string;
            /**
             * Display Name Field
             * @default name
             */
            display_name_field?: string;
            /**
             * Email Field
             * @description Kept only beside `email_verified`: true.
             * @default email
             */
            email_field?: string;
            /**
             * Well Known
             * @description Tells endpoints that are empty.
             * @default
             */
            well_known?: string;
            /**
             * Auth Style
             * @description 0, 1: the secret goes in the form; 2: as Basic authentication.
             * @default 0
             */
            auth_style?: number;
            /**
             * Client Secret
             * @description Empty keeps the old.
             * @default
             */
            client_secret?: string;
        };
        /**
         * CustomProviderOut
         * @description A provider as root sees it.
         */
        CustomProviderOut: {
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Slug
             * @description Its word in paths: /api/oauth/<slug>.
             * @default
             */
            slug?: string;
            /**
             * Icon
             * @default
             */
            icon?: string;
            /**
             * Enabled
             * @default false
             */
            enabled?: boolean;
            /**
             * Client Id
             * @default
             */
            client_id?: string;
            /**
             * Authorization Endpoint
             * @default
             */
            authorization_endpoint?: string;
            /**
             * Token Endpoint
             * @default
             */
            token_endpoint?: string;
            /**
             * User Info Endpoint
             * @default
             */
            user_info_endpoint?: string;
            /**
             * Scopes
             * @default openid profile email
             */
            scopes?: string;
            /**
             * User Id Field
             * @description Dotted path in the answer.
             * @default sub
             */
            user_id_field?: string;
            /**
             * Username Field
             * @default preferred_username
             */
            username_field?: string;
            /**
             * Display Name Field
             * @default name
             */
            display_name_field?: string;
            /**
             * Email Field
             * @description Kept only beside `email_verified`: true.
             * @default email
             */
            email_field?: string;
            /**
             * Well Known
             * @description Tells endpoints that are empty.
             * @default
             */
            well_known?: string;
            /**
             * Auth Style
             * @description 0, 1: the secret goes in the form; 2: as Basic authentication.
             * @default 0
             */
            auth_style?: number;
            /** Id */
            id: number;
            /**
             * Client Secret
             * @description Always empty.
             * @default
             */
            client_secret?: string;
            /** Created At */
            created_at: number;
            /** Updated At */
            updated_at: number;
        };
        /**
         * DayOut
         * @description One model on one day; the names are one-api's and one-hub's own.
         */
        DayOut: {
            /**
             * Day
             * @description YYYY-MM-DD in UTC, one-api's name.
             */
            Day: string;
            /**
             * Date
             * @description The same, one-hub's name.
             */
            Date: string;
            /** Modelname */
            ModelName: string;
            /** Requestcount */
            RequestCount: number;
            /** Quota */
            Quota: number;
            /** Prompttokens */
            PromptTokens: number;
            /** Completiontokens */
            CompletionTokens: number;
        };
        /**
         * DeleteQuery
         * @description Which log rows to delete.
         */
        DeleteQuery: {
            /**
             * Target Timestamp
             * @description Rows made before this Unix second go.
             * @default 0
             */
            target_timestamp?: number;
        };
        /**
         * DiscoveryIn
         * @description Where a provider tells its addresses.
         */
        DiscoveryIn: {
            /**
             * Well Known
             * @default
             */
            well_known?: string;
        };
        /**
         * DiscoveryOut
         * @description The addresses of a discovery document.
         */
        DiscoveryOut: {
            /** Authorization Endpoint */
            authorization_endpoint: string;
            /** Token Endpoint */
            token_endpoint: string;
            /** User Info Endpoint */
            user_info_endpoint: string;
        };
        /**
         * DrawingOut
         * @description One Midjourney task as the family's lists show it; times in milliseconds.
         */
        DrawingOut: {
            /** Id */
            id: number;
            /** Code */
            code: number;
            /** User Id */
            user_id: number;
            /** Action */
            action: string;
            /** Mj Id */
            mj_id: string;
            /** Prompt */
            prompt: string;
            /** Prompt En */
            prompt_en: string;
            /** Description */
            description: string;
            /** State */
            state: string;
            /** Submit Time */
            submit_time: number;
            /** Start Time */
            start_time: number;
            /** Finish Time */
            finish_time: number;
            /** Image Url */
            image_url: string;
            /** Video Url */
            video_url: string;
            /** Video Urls */
            video_urls: unknown;
            /** Status */
            status: string;
            /** Progress */
            progress: string;
            /** Fail Reason */
            fail_reason: string;
            /**
             * Channel Id
             * @default 0
             */
            channel_id?: number;
            /** Quota */
            quota: number;
            /** Buttons */
            buttons: unknown;
            /** Properties */
            properties: unknown;
        };
        /**
         * DrawingQuery
         * @description Filters of /api/mj; times in milliseconds.
         */
        DrawingQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Mj Id
             * @default
             */
            mj_id?: string;
            /**
             * Channel Id
             * @default
             */
            channel_id?: string;
            /**
             * Start Timestamp
             * @default 0
             */
            start_timestamp?: number;
            /**
             * End Timestamp
             * @default 0
             */
            end_timestamp?: number;
        };
        /**
         * EmailBind
         * @description An address and the code that was sent to it.
         */
        EmailBind: {
            /**
             * Email
             * @default
             */
            email?: string;
            /**
             * Code
             * @default
             */
            code?: string;
        };
        /**
         * EmailBindQuery
         * @description The same as a query, as older clients send it.
         */
        EmailBindQuery: {
            /**
             * Email
             * @default
             */
            email?: string;
            /**
             * Code
             * @default
             */
            code?: string;
        };
        /**
         * EpayOut
         * @description The signed form, and where the browser posts it.
         */
        EpayOut: {
            /**
             * Message
             * @default success
             * @constant
             */
            message?: "success";
            /** Data */
            data: {
                [key: string]: string;
            };
            /** Url */
            url: string;
        };
        /**
         * FactorSetup
         * @description A second factor to be enabled by its first code; shown once.
         */
        FactorSetup: {
            /**
             * Secret
             * @description Base32.
             */
            secret: string;
            /**
             * Qr Code Data
             * @description otpauth address to show as a picture.
             */
            qr_code_data: string;
            /** Backup Codes */
            backup_codes: string[];
        };
        /**
         * FactorStats
         * @description How many users have a second factor.
         */
        FactorStats: {
            /** Total Users */
            total_users: number;
            /** Enabled Users */
            enabled_users: number;
            /** Enabled Rate */
            enabled_rate: string;
        };
        /**
         * FactorStatus
         * @description Whether the caller has a second factor.
         */
        FactorStatus: {
            /** Enabled */
            enabled: boolean;
            /**
             * Locked
             * @description Too many wrong codes: none is taken for five minutes.
             */
            locked: boolean;
            /**
             * Backup Codes Remaining
             * @description Unused backup codes.
             * @default 0
             */
            backup_codes_remaining?: number;
        };
        FamilyError: {
            /** @constant */
            success: false;
            message: string;
            /** @description A stable code (docs/errors.md). */
            error: string;
        };
        /**
         * FetchModelsIn
         * @description An upstream that is not saved yet.
         */
        FetchModelsIn: {
            /**
             * Base Url
             * @description Empty: the type's own.
             * @default
             */
            base_url?: string;
            /**
             * Type
             * @description Type number.
             * @default 1
             */
            type?: number;
            /**
             * Key
             * @description Key; the first line is used.
             * @default
             */
            key?: string;
        };
        /**
         * FieldConflict
         * @description One field that differs.
         */
        FieldConflict: {
            /** Field */
            field: string;
            /** Local */
            local: string | number;
            /** Upstream */
            upstream: string | number;
        };
        /**
         * FixOut
         * @description Outcome of rebuilding the abilities.
         */
        FixOut: {
            /** Success */
            success: number;
            /** Fails */
            fails: number;
        };
        /**
         * GroupOut
         * @description One group as a user sees it.
         */
        GroupOut: {
            /**
             * Ratio
             * @description Price ratio; the auto group shows a word.
             */
            ratio: number | string;
            /**
             * Desc
             * @description Description.
             */
            desc: string;
        };
        /**
         * HttpStats
         * @description How busy the server is.
         */
        HttpStats: {
            /**
             * Active Connections
             * @description Open connections of clients.
             */
            active_connections: number;
        };
        /**
         * HubModels
         * @description Several models.
         */
        HubModels: {
            /** Models */
            models?: string[];
        };
        /**
         * HubPrice
         * @description One model's price as one-hub shows it; unit: 1 is 0.002 US dollars a 1,000 tokens.
         */
        HubPrice: {
            /** Model */
            model: string;
            /**
             * Type
             * @enum {string}
             */
            type: "tokens" | "times";
            /**
             * Channel Type
             * @default 0
             */
            channel_type?: number;
            /** Input */
            input: number;
            /** Output */
            output: number;
            /**
             * Locked
             * @default false
             */
            locked?: boolean;
            /**
             * Extra Ratios
             * @default null
             */
            extra_ratios?: {
                [key: string]: number;
            } | null;
        };
        /**
         * HubPriceIn
         * @description A price as one-hub's front end writes it; unknown fields (`model_info` ...) are ignored.
         */
        HubPriceIn: {
            /**
             * Model
             * @default
             */
            model?: string;
            /**
             * Type
             * @default tokens
             * @enum {string}
             */
            type?: "tokens" | "times";
            /**
             * Channel Type
             * @default 0
             */
            channel_type?: number;
            /**
             * Input
             * @default 0
             */
            input?: number | string;
            /**
             * Output
             * @default 0
             */
            output?: number | string;
            /**
             * Locked
             * @default false
             */
            locked?: boolean;
            /**
             * Extra Ratios
             * @default null
             */
            extra_ratios?: {
                [key: string]: number | string;
            } | null;
            /**
             * Long Context
             * @default null
             */
            long_context?: {
                [key: string]: unknown;
            } | null;
        };
        /**
         * HubPriceList
         * @description A list of prices to take over.
         */
        HubPriceList: components["schemas"]["HubPriceIn"][];
        /**
         * HubPricesIn
         * @description Several models with one price.
         */
        HubPricesIn: {
            /** Original Models */
            original_models?: string[];
            /** Models */
            models?: string[];
            price: components["schemas"]["HubPriceIn"];
        };
        /**
         * KeyCreate
         * @description A new key; the status in a body is ignored.
         */
        KeyCreate: {
            /**
             * Name
             * @description Name, at most 50 bytes.
             * @default
             */
            name?: string;
            /**
             * Remain Quota
             * @description What it may spend, quota units.
             * @default 0
             */
            remain_quota?: number;
            /**
             * Expired Time
             * @description Expiry, Unix seconds; -1 never.
             * @default -1
             */
            expired_time?: number;
            /**
             * Unlimited Quota
             * @description Only the user's balance counts.
             * @default false
             */
            unlimited_quota?: boolean;
            /**
             * Model Limits Enabled
             * @description Whether models are limited.
             * @default false
             */
            model_limits_enabled?: boolean;
            /**
             * Model Limits
             * @description Allowed models, comma list.
             * @default
             */
            model_limits?: string;
            /**
             * Allow Ips
             * @description Addresses, one a line.
             * @default
             */
            allow_ips?: string | null;
            /**
             * Group
             * @description Group; empty is the user's, or auto.
             * @default
             */
            group?: string;
            /**
             * Cross Group Retry
             * @description Retry in the next auto group.
             * @default false
             */
            cross_group_retry?: boolean;
        };
        /**
         * KeyIds
         * @description Several keys.
         */
        KeyIds: {
            /**
             * Ids
             * @description Ids of keys.
             */
            ids?: number[];
        };
        /**
         * KeyOut
         * @description One key as its owner sees it.
         */
        KeyOut: {
            /**
             * Id
             * @description Id of the key.
             */
            id: number;
            /**
             * User Id
             * @description Owner.
             */
            user_id: number;
            /**
             * Key
             * @description 48 characters without sk-, or masked.
             */
            key: string;
            /**
             * Status
             * @description 1 enabled, 2 disabled, 3 expired, 4 exhausted.
             */
            status: number;
            /**
             * Name
             * @description Name.
             */
            name: string;
            /**
             * Created Time
             * @description Unix seconds.
             */
            created_time: number;
            /**
             * Accessed Time
             * @description Last use, Unix seconds.
             */
            accessed_time: number;
            /**
             * Expired Time
             * @description Unix seconds; -1 never.
             */
            expired_time: number;
            /**
             * Remain Quota
             * @description What it may still spend, quota units.
             */
            remain_quota: number;
            /**
             * Unlimited Quota
             * @description Only the user's balance counts.
             */
            unlimited_quota: boolean;
            /**
             * Model Limits Enabled
             * @description Whether models are limited.
             */
            model_limits_enabled: boolean;
            /**
             * Model Limits
             * @description Allowed models, comma list.
             */
            model_limits: string;
            /**
             * Allow Ips
             * @description Addresses, one a line.
             */
            allow_ips: string | null;
            /**
             * Used Quota
             * @description Spent, quota units.
             */
            used_quota: number;
            /**
             * Group
             * @description Group; empty is the user's, or auto.
             */
            group: string;
            /**
             * Cross Group Retry
             * @description Retry in the next auto group.
             */
            cross_group_retry: boolean;
            /**
             * Deletedat
             * @description Always null in answers.
             * @default null
             */
            DeletedAt?: null;
        };
        /**
         * KeySearch
         * @description Filters of the search.
         */
        KeySearch: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Keyword
             * @description Part of the name.
             * @default
             */
            keyword?: string;
            /**
             * Token
             * @description The key, or part of it.
             * @default
             */
            token?: string;
        };
        /**
         * KeyText
         * @description A revealed key.
         */
        KeyText: {
            /**
             * Key
             * @description 48 characters without sk-.
             */
            key: string;
        };
        /**
         * KeyTexts
         * @description Several revealed keys by id.
         */
        KeyTexts: {
            /**
             * Keys
             * @description Id → key without sk-.
             */
            keys: {
                [key: string]: string;
            };
        };
        /**
         * KeyUpdate
         * @description A changed key.
         *
         *     A full update overwrites every field but the status; money, expiry and the unlimited mark
         *     stay as they are when the body does not name them, a missing allow_ips becomes null.
         */
        KeyUpdate: {
            /**
             * Id
             * @description Id of the key.
             */
            id: number;
            /**
             * Status
             * @description Used with status_only.
             * @default 0
             */
            status?: number;
            /**
             * Name
             * @description Name, at most 50 bytes.
             * @default
             */
            name?: string;
            /**
             * Remain Quota
             * @description What it may spend, quota units.
             * @default null
             */
            remain_quota?: number | null;
            /**
             * Expired Time
             * @description Expiry; -1 never.
             * @default null
             */
            expired_time?: number | null;
            /**
             * Unlimited Quota
             * @description Only the user's balance counts.
             * @default null
             */
            unlimited_quota?: boolean | null;
            /**
             * Model Limits Enabled
             * @description Whether models are limited.
             * @default false
             */
            model_limits_enabled?: boolean;
            /**
             * Model Limits
             * @description Allowed models, comma list.
             * @default
             */
            model_limits?: string;
            /**
             * Allow Ips
             * @description Addresses, one a line.
             * @default null
             */
            allow_ips?: string | null;
            /**
             * Group
             * @description Group; empty is the user's, or auto.
             * @default
             */
            group?: string;
            /**
             * Cross Group Retry
             * @description Retry in the next auto group.
             * @default false
             */
            cross_group_retry?: boolean;
        };
        /**
         * KeyUpdateQuery
         * @description `status_only=true` changes the status and nothing else.
         */
        KeyUpdateQuery: {
            /**
             * Status Only
             * @description Non-empty: change the status only.
             * @default
             */
            status_only?: string;
        };
        /**
         * KeyUsage
         * @description `data` of GET /api/usage/token/.
         */
        KeyUsage: {
            /**
             * Object
             * @description Kind of the object.
             * @default token_usage
             */
            object?: string;
            /**
             * Name
             * @description Name of the key.
             */
            name: string;
            /**
             * Total Granted
             * @description Remaining plus used, quota units.
             */
            total_granted: number;
            /**
             * Total Used
             * @description Used, quota units.
             */
            total_used: number;
            /**
             * Total Available
             * @description Remaining, quota units.
             */
            total_available: number;
            /**
             * Unlimited Quota
             * @description Only the user's balance counts.
             */
            unlimited_quota: boolean;
            /**
             * Model Limits
             * @description Allowed models.
             */
            model_limits: {
                [key: string]: boolean;
            };
            /**
             * Model Limits Enabled
             * @description Whether models are limited.
             */
            model_limits_enabled: boolean;
            /**
             * Expires At
             * @description Unix seconds; 0 never.
             */
            expires_at: number;
        };
        /**
         * KeyUsageAnswer
         * @description The whole answer of GET /api/usage/token/.
         */
        KeyUsageAnswer: {
            /**
             * Code
             * @description Always true on success.
             * @default true
             */
            code?: boolean;
            /**
             * Message
             * @description Always ok on success.
             * @default ok
             */
            message?: string;
            data: components["schemas"]["KeyUsage"];
        };
        /**
         * LogOut
         * @description One log row; `other` is a JSON text.
         */
        LogOut: {
            /** Id */
            id: number;
            /** User Id */
            user_id: number;
            /**
             * Created At
             * @description Unix seconds.
             */
            created_at: number;
            /** Type */
            type: number;
            /** Content */
            content: string;
            /** Username */
            username: string;
            /** Token Name */
            token_name: string;
            /** Model Name */
            model_name: string;
            /** Quota */
            quota: number;
            /** Prompt Tokens */
            prompt_tokens: number;
            /** Completion Tokens */
            completion_tokens: number;
            /**
             * Use Time
             * @description Whole seconds.
             */
            use_time: number;
            /** Is Stream */
            is_stream: boolean;
            /** Channel */
            channel: number;
            /** Channel Name */
            channel_name: string;
            /** Token Id */
            token_id: number;
            /** Group */
            group: string;
            /** Ip */
            ip: string;
            /** Request Id */
            request_id: string;
            /** Other */
            other: string;
        };
        /**
         * LogQuery
         * @description Which log rows; empty and 0 mean any.
         */
        LogQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Type
             * @description 1 top-up, 2 call, 3 manage, 4 system, 5 error.
             * @default 0
             */
            type?: number;
            /**
             * Start Timestamp
             * @description First Unix second.
             * @default 0
             */
            start_timestamp?: number;
            /**
             * End Timestamp
             * @description Last Unix second.
             * @default 0
             */
            end_timestamp?: number;
            /**
             * Username
             * @default
             */
            username?: string;
            /**
             * Token Name
             * @default
             */
            token_name?: string;
            /**
             * Model Name
             * @description SQL LIKE pattern: exact unless it holds %.
             * @default
             */
            model_name?: string;
            /**
             * Channel
             * @default 0
             */
            channel?: number;
            /**
             * Group
             * @default
             */
            group?: string;
            /**
             * Request Id
             * @default
             */
            request_id?: string;
        };
        /**
         * LoginIn
         * @description Name or email, and password.
         */
        LoginIn: {
            /**
             * Username
             * @description Name or email address.
             * @default
             */
            username?: string;
            /**
             * Password
             * @description Password.
             * @default
             */
            password?: string;
        };
        /**
         * LoginOut
         * @description Who is logged in.
         */
        LoginOut: {
            /**
             * Id
             * @description User id; clients send it as New-Api-User.
             */
            id: number;
            /**
             * Username
             * @description Name.
             */
            username: string;
            /**
             * Display Name
             * @description Name shown to people.
             */
            display_name: string;
            /**
             * Role
             * @description 1 user, 10 administrator, 100 root.
             */
            role: number;
            /**
             * Status
             * @description 1 enabled, 2 disabled.
             */
            status: number;
            /**
             * Group
             * @description Group.
             */
            group: string;
        };
        /**
         * LoginQuery
         * @description The token of the check for people.
         */
        LoginQuery: {
            /**
             * Turnstile
             * @description Token of the check.
             * @default
             */
            turnstile?: string;
        };
        /**
         * MissingModels
         * @description The whole answer of GET /api/models/missing.
         */
        MissingModels: {
            /**
             * Success
             * @default true
             */
            success?: boolean;
            /** Data */
            data: string[];
        };
        /**
         * ModelConflict
         * @description A row that the public list has otherwise.
         */
        ModelConflict: {
            /** Model Name */
            model_name: string;
            /** Fields */
            fields: components["schemas"]["FieldConflict"][];
        };
        /**
         * ModelIn
         * @description A new or changed row; `id` is read by PUT alone.
         */
        ModelIn: {
            /**
             * Id
             * @default 0
             */
            id?: number;
            /**
             * Model Name
             * @default
             */
            model_name?: string;
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Icon
             * @default
             */
            icon?: string;
            /**
             * Tags
             * @default
             */
            tags?: string;
            /**
             * Vendor Id
             * @default 0
             */
            vendor_id?: number;
            /**
             * Endpoints
             * @default
             */
            endpoints?: string;
            /**
             * Status
             * @default 1
             * @enum {integer}
             */
            status?: 0 | 1;
            /**
             * Sync Official
             * @default 1
             * @enum {integer}
             */
            sync_official?: 0 | 1;
            /**
             * Name Rule
             * @default 0
             * @enum {integer}
             */
            name_rule?: 0 | 1 | 2 | 3;
        };
        /**
         * ModelList
         * @description The whole answer of a list without a message.
         */
        ModelList: {
            /**
             * Success
             * @default true
             */
            success?: boolean;
            /** Data */
            data: unknown[];
        };
        /**
         * ModelOut
         * @description One row of model metadata; what is empty is left out of the answer.
         */
        ModelOut: {
            /** Id */
            id: number;
            /** Model Name */
            model_name: string;
            /**
             * Description
             * @default null
             */
            description?: string | null;
            /**
             * Icon
             * @default null
             */
            icon?: string | null;
            /**
             * Tags
             * @description Comma-separated.
             * @default null
             */
            tags?: string | null;
            /**
             * Vendor Id
             * @default null
             */
            vendor_id?: number | null;
            /**
             * Endpoints
             * @description JSON text: endpoint type to path.
             * @default null
             */
            endpoints?: string | null;
            /**
             * Status
             * @description 1 shown, 0 hidden.
             */
            status: number;
            /**
             * Sync Official
             * @description 1: the public list may change it.
             */
            sync_official: number;
            /**
             * Created Time
             * @description Unix seconds.
             */
            created_time: number;
            /**
             * Updated Time
             * @description Unix seconds.
             */
            updated_time: number;
            /**
             * Bound Channels
             * @default null
             */
            bound_channels?: components["schemas"]["BoundChannel"][] | null;
            /**
             * Enable Groups
             * @default null
             */
            enable_groups?: string[] | null;
            /**
             * Quota Types
             * @description 0 by tokens, 1 by call.
             * @default null
             */
            quota_types?: number[] | null;
            /**
             * Name Rule
             * @description 0 exact, 1 prefix, 2 contains, 3 suffix.
             */
            name_rule: number;
            /**
             * Matched Models
             * @description Of a rule that is not exact.
             * @default null
             */
            matched_models?: string[] | null;
            /**
             * Matched Count
             * @default null
             */
            matched_count?: number | null;
        };
        /**
         * ModelPage
         * @description Data of GET /api/models/ and its search.
         */
        ModelPage: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["ModelOut"][];
            /** Data */
            data: components["schemas"]["ModelOut"][];
            /**
             * Vendor Counts
             * @description Rows of each vendor.
             */
            vendor_counts: {
                [key: string]: number;
            };
        };
        /**
         * ModelSearch
         * @description Filter of the search.
         */
        ModelSearch: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Keyword
             * @description Part of name, description or tags.
             * @default
             */
            keyword?: string;
            /**
             * Vendor
             * @description Id or name of a vendor.
             * @default
             */
            vendor?: string;
        };
        /**
         * Monitor
         * @description One watched thing.
         */
        Monitor: {
            /** Name */
            name: string;
            /** Uptime */
            uptime: number;
            /** Status */
            status: number;
            /**
             * Group
             * @default
             */
            group?: string;
        };
        /**
         * MonthQuery
         * @description Which month is shown.
         */
        MonthQuery: {
            /**
             * Month
             * @description YYYY-MM; this month when empty.
             * @default
             */
            month?: string;
        };
        /**
         * MultiKeyIn
         * @description One act on the keys of a channel.
         */
        MultiKeyIn: {
            /**
             * Channel Id
             * @description Id of the channel.
             */
            channel_id: number;
            /**
             * Action
             * @description get_key_status, disable_key and so on.
             * @default
             */
            action?: string;
            /**
             * Key Index
             * @description Which key, from 0.
             * @default null
             */
            key_index?: number | null;
            /**
             * Page
             * @description Page of get_key_status.
             * @default 1
             */
            page?: number;
            /**
             * Page Size
             * @description Rows of a page.
             * @default 50
             */
            page_size?: number;
            /**
             * Status
             * @description Filter of get_key_status.
             * @default null
             */
            status?: number | null;
        };
        /**
         * NewsQuery
         * @description Who speaks, by the signed address that he was given.
         */
        NewsQuery: {
            /**
             * Channel
             * @default 0
             */
            channel?: number;
            /**
             * Sign
             * @default
             */
            sign?: string;
        };
        /**
         * Notice
         * @description A notification of epay: every field counts for its signature.
         */
        Notice: {
            [key: string]: unknown;
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
         * OptionOut
         * @description One option as listed; secrets are never listed.
         */
        OptionOut: {
            /**
             * Key
             * @description Name of the option.
             */
            key: string;
            /**
             * Value
             * @description Its text.
             */
            value: string;
        };
        /**
         * OrderOut
         * @description One order.
         */
        OrderOut: {
            /** Id */
            id: number;
            /** User Id */
            user_id: number;
            /**
             * Amount
             * @description US dollars of quota.
             */
            amount: number;
            /**
             * Money
             * @description What was to be paid, in the shop's currency.
             */
            money: number;
            /** Trade No */
            trade_no: string;
            /** Payment Method */
            payment_method: string;
            /**
             * Payment Provider
             * @description epay or stripe.
             */
            payment_provider: string;
            /**
             * Create Time
             * @description Unix seconds.
             */
            create_time: number;
            /**
             * Complete Time
             * @description Unix seconds; 0: not ended.
             */
            complete_time: number;
            /**
             * Status
             * @description pending, success, failed or expired.
             */
            status: string;
        };
        /**
         * OrderQuery
         * @description Filter of orders.
         */
        OrderQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Keyword
             * @description Part of the order's number.
             * @default
             */
            keyword?: string;
        };
        /**
         * Overwrite
         * @description Which fields of one row take the public list's values.
         */
        Overwrite: {
            /**
             * Model Name
             * @default
             */
            model_name?: string;
            /** Fields */
            fields?: string[];
        };
        /**
         * PageQuery
         * @description The paging part of a query; filters inherit from it and add their fields.
         */
        PageQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
        };
        /** Paged[DrawingOut] */
        Paged_DrawingOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["DrawingOut"][];
            /** Data */
            data: components["schemas"]["DrawingOut"][];
        };
        /** Paged[KeyOut] */
        Paged_KeyOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["KeyOut"][];
            /** Data */
            data: components["schemas"]["KeyOut"][];
        };
        /** Paged[LogOut] */
        Paged_LogOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["LogOut"][];
            /** Data */
            data: components["schemas"]["LogOut"][];
        };
        /** Paged[OrderOut] */
        Paged_OrderOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["OrderOut"][];
            /** Data */
            data: components["schemas"]["OrderOut"][];
        };
        /** Paged[RedemptionOut] */
        Paged_RedemptionOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["RedemptionOut"][];
            /** Data */
            data: components["schemas"]["RedemptionOut"][];
        };
        /** Paged[TaskOut] */
        Paged_TaskOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["TaskOut"][];
            /** Data */
            data: components["schemas"]["TaskOut"][];
        };
        /** Paged[UserGroupOut] */
        Paged_UserGroupOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["UserGroupOut"][];
            /** Data */
            data: components["schemas"]["UserGroupOut"][];
        };
        /** Paged[UserOut] */
        Paged_UserOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["UserOut"][];
            /** Data */
            data: components["schemas"]["UserOut"][];
        };
        /** Paged[VendorOut] */
        Paged_VendorOut_: {
            /** Page */
            page: number;
            /** Page Size */
            page_size: number;
            /** Size */
            size: number;
            /** Total */
            total: number;
            /** Total Count */
            total_count: number;
            /** Items */
            items: components["schemas"]["VendorOut"][];
            /** Data */
            data: components["schemas"]["VendorOut"][];
        };
        /**
         * PasskeyOptions
         * @description What the browser's `navigator.credentials` is called with.
         */
        PasskeyOptions: {
            /**
             * Options
             * @description `{publicKey: ...}`, binary values in base64url.
             */
            options: {
                [key: string]: unknown;
            };
        };
        /**
         * PasskeyStatus
         * @description Whether the caller has a passkey.
         */
        PasskeyStatus: {
            /** Enabled */
            enabled: boolean;
            /**
             * Last Used At
             * @description RFC 3339.
             * @default null
             */
            last_used_at?: string | null;
            /**
             * Backup Eligible
             * @default false
             */
            backup_eligible?: boolean;
            /**
             * Backup State
             * @default false
             */
            backup_state?: boolean;
        };
        /**
         * PayIn
         * @description An amount to buy by epay.
         */
        PayIn: {
            /** Amount */
            amount: number;
            /**
             * Payment Method
             * @description Type of an offered method.
             * @default
             */
            payment_method?: string;
        };
        /**
         * PayLink
         * @description Where the browser pays.
         */
        PayLink: {
            /** Pay Link */
            pay_link: string;
        };
        PaymentError: {
            message: string;
            data?: unknown;
            /** @description A stable code (docs/errors.md). */
            error?: string;
        };
        /**
         * PrefillIn
         * @description A new or changed group; `id` is read by PUT alone.
         */
        PrefillIn: {
            /**
             * Id
             * @default 0
             */
            id?: number;
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Type
             * @description model, tag or endpoint.
             * @default
             */
            type?: string;
            /**
             * Items
             * @description Names; for endpoint a text or an object.
             * @default null
             */
            items?: unknown;
            /**
             * Description
             * @default
             */
            description?: string;
        };
        /**
         * PrefillOut
         * @description One group; an empty description is left out of the answer.
         */
        PrefillOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /**
             * Type
             * @enum {string}
             */
            type: "model" | "tag" | "endpoint";
            /**
             * Items
             * @description Names, or the text of an endpoint group.
             */
            items: unknown;
            /**
             * Description
             * @default null
             */
            description?: string | null;
            /**
             * Created Time
             * @description Unix seconds.
             */
            created_time: number;
            /**
             * Updated Time
             * @description Unix seconds.
             */
            updated_time: number;
        };
        /**
         * PrefillQuery
         * @description Which groups are listed.
         */
        PrefillQuery: {
            /**
             * Type
             * @description model, tag or endpoint; empty: all.
             * @default
             */
            type?: string;
        };
        /**
         * PriceOut
         * @description What an amount costs.
         */
        PriceOut: {
            /**
             * Message
             * @default success
             * @constant
             */
            message?: "success";
            /**
             * Data
             * @description Two decimals, in the shop's currency.
             */
            data: string;
        };
        /**
         * PriceQuery
         * @description Which price list.
         */
        PriceQuery: {
            /**
             * Type
             * @description db; default: the built-in ones; old.
             * @default db
             */
            type?: string;
        };
        /**
         * Pricing
         * @description The whole answer of GET /api/pricing.
         */
        Pricing: {
            /**
             * Success
             * @default true
             */
            success?: boolean;
            /** Data */
            data: {
                [key: string]: unknown;
            }[];
            /** Vendors */
            vendors: components["schemas"]["Vendor"][];
            /** Group Ratio */
            group_ratio: {
                [key: string]: number;
            };
            /** Usable Group */
            usable_group: {
                [key: string]: string;
            };
            /** Supported Endpoint */
            supported_endpoint: {
                [key: string]: {
                    [key: string]: string;
                };
            };
            /** Auto Groups */
            auto_groups: string[];
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
         * RatioConfig
         * @description Data of GET /api/ratio_config.
         */
        RatioConfig: {
            /** Model Ratio */
            model_ratio: {
                [key: string]: number;
            };
            /** Completion Ratio */
            completion_ratio: {
                [key: string]: number;
            };
            /** Cache Ratio */
            cache_ratio: {
                [key: string]: number;
            };
            /** Create Cache Ratio */
            create_cache_ratio: {
                [key: string]: number;
            };
            /** Model Price */
            model_price: {
                [key: string]: number;
            };
        };
        /**
         * RatioDifference
         * @description One number, ours and theirs.
         */
        RatioDifference: {
            /**
             * Current
             * @description Ours; null: none.
             */
            current: number | null;
            /**
             * Upstreams
             * @description Theirs, by name.
             */
            upstreams: {
                [key: string]: number | "same" | null;
            };
            /**
             * Confidence
             * @description false: it looks like a placeholder.
             */
            confidence: {
                [key: string]: boolean;
            };
        };
        /**
         * RatioDifferences
         * @description Where prices differ: model → field → current, upstreams and confidence.
         */
        RatioDifferences: {
            /** Differences */
            differences: {
                [key: string]: {
                    [key: string]: components["schemas"]["RatioDifference"];
                };
            };
            /** Test Results */
            test_results: components["schemas"]["RatioTest"][];
        };
        /**
         * RatioFetchIn
         * @description Whose prices to fetch.
         */
        RatioFetchIn: {
            /** Channel Ids */
            channel_ids?: number[];
            /** Upstreams */
            upstreams?: components["schemas"]["RatioUpstream"][];
            /**
             * Timeout
             * @description Seconds for each, at most 60.
             * @default 10
             */
            timeout?: number;
        };
        /**
         * RatioSource
         * @description A gateway that may publish prices.
         */
        RatioSource: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Base Url */
            base_url: string;
            /** Status */
            status: number;
            /** Type */
            type: number;
        };
        /**
         * RatioTest
         * @description Whether one gateway answered.
         */
        RatioTest: {
            /** Name */
            name: string;
            /**
             * Status
             * @enum {string}
             */
            status: "success" | "error";
            /**
             * Error
             * @default null
             */
            error?: string | null;
        };
        /**
         * RatioUpstream
         * @description A gateway whose prices are wanted.
         */
        RatioUpstream: {
            /**
             * Id
             * @description Id of a channel; below 0: a preset.
             * @default 0
             */
            id?: number;
            /**
             * Name
             * @description Name in the answer.
             * @default
             */
            name?: string;
            /**
             * Base Url
             * @description Its address.
             * @default
             */
            base_url?: string;
            /**
             * Endpoint
             * @description Path, or a whole address.
             * @default
             */
            endpoint?: string;
        };
        /**
         * RedeemForm
         * @description A code to claim.
         */
        RedeemForm: {
            /**
             * Key
             * @description The code.
             * @default
             */
            key?: string;
        };
        /**
         * RedemptionCreate
         * @description New codes.
         */
        RedemptionCreate: {
            /**
             * Name
             * @description 1 to 20 characters.
             * @default
             */
            name?: string;
            /**
             * Quota
             * @description What each is worth, quota units.
             * @default 0
             */
            quota?: number;
            /**
             * Count
             * @description How many, 1 to 100.
             * @default 1
             */
            count?: number;
            /**
             * Expired Time
             * @description Unix seconds in the future; 0: never.
             * @default 0
             */
            expired_time?: number;
        };
        /**
         * RedemptionOut
         * @description One code as administrators see it.
         */
        RedemptionOut: {
            /** Id */
            id: number;
            /**
             * User Id
             * @description Who made it.
             */
            user_id: number;
            /**
             * Key
             * @description The code, 32 hexadecimal digits.
             */
            key: string;
            /**
             * Status
             * @description 1 enabled, 2 disabled, 3 used.
             */
            status: number;
            /** Name */
            name: string;
            /**
             * Quota
             * @description What it is worth, quota units.
             */
            quota: number;
            /**
             * Created Time
             * @description Unix seconds.
             */
            created_time: number;
            /**
             * Redeemed Time
             * @description Unix seconds; 0: not used.
             */
            redeemed_time: number;
            /**
             * Count
             * @description Always 0; a field of the form only.
             * @default 0
             */
            count?: number;
            /**
             * Used User Id
             * @description Who used it; 0: nobody.
             */
            used_user_id: number;
            /**
             * Deletedat
             * @description Always null: none is deleted.
             * @default null
             */
            DeletedAt?: null;
            /**
             * Expired Time
             * @description Unix seconds; 0: never.
             */
            expired_time: number;
        };
        /**
         * RedemptionSearch
         * @description Filter of the search.
         */
        RedemptionSearch: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Keyword
             * @description Id, or begin of the name.
             * @default
             */
            keyword?: string;
        };
        /**
         * RedemptionUpdate
         * @description A changed code; with status_only the status alone.
         */
        RedemptionUpdate: {
            /** Id */
            id: number;
            /**
             * Status
             * @description 1 enabled, 2 disabled.
             * @default 0
             */
            status?: number;
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Quota
             * @description Quota units.
             * @default 0
             */
            quota?: number;
            /**
             * Expired Time
             * @description Unix seconds in the future; 0: never.
             * @default 0
             */
            expired_time?: number;
        };
        /**
         * RedemptionUpdateQuery
         * @description What of a code changes.
         */
        RedemptionUpdateQuery: {
            /**
             * Status Only
             * @description Non-empty: change the status only.
             * @default
             */
            status_only?: string;
        };
        /**
         * RegisterIn
         * @description A new account of one's own.
         */
        RegisterIn: {
            /**
             * Username
             * @description Name, 1 to 20 characters.
             * @default
             */
            username?: string;
            /**
             * Password
             * @description 8 to 20 characters.
             * @default
             */
            password?: string;
            /**
             * Email
             * @description Needed when addresses are verified.
             * @default
             */
            email?: string;
            /**
             * Verification Code
             * @description The mailed code.
             * @default
             */
            verification_code?: string;
            /**
             * Aff Code
             * @description Invitation code.
             * @default
             */
            aff_code?: string;
        };
        /**
         * ResetIn
         * @description The two parts of a reset link.
         */
        ResetIn: {
            /**
             * Email
             * @default
             */
            email?: string;
            /**
             * Token
             * @default
             */
            token?: string;
        };
        /**
         * ResetQuery
         * @description Whose password was forgotten.
         */
        ResetQuery: {
            /**
             * Turnstile
             * @description Token of the check.
             * @default
             */
            turnstile?: string;
            /**
             * Email
             * @description Address of the account.
             * @default
             */
            email?: string;
        };
        /**
         * SecondStepIn
         * @description The second step of a login: a one-time password or a backup code.
         */
        SecondStepIn: {
            /**
             * Code
             * @default
             */
            code?: string;
        };
        /**
         * SecondStepOut
         * @description The password was right; a code is wanted at /api/user/login/2fa.
         */
        SecondStepOut: {
            /** Require 2Fa */
            require_2fa: boolean;
        };
        /**
         * SelfOut
         * @description The caller's own account.
         */
        SelfOut: {
            /** Id */
            id: number;
            /** Username */
            username: string;
            /** Display Name */
            display_name: string;
            /** Role */
            role: number;
            /** Status */
            status: number;
            /** Email */
            email: string;
            /** Github Id */
            github_id: string;
            /** Discord Id */
            discord_id: string;
            /** Oidc Id */
            oidc_id: string;
            /** Wechat Id */
            wechat_id: string;
            /** Telegram Id */
            telegram_id: string;
            /** Linux Do Id */
            linux_do_id: string;
            /** Lark Id */
            lark_id: string;
            /** Group */
            group: string;
            /**
             * Quota
             * @description Balance, quota units.
             */
            quota: number;
            /**
             * Used Quota
             * @description Spent, quota units.
             */
            used_quota: number;
            /** Request Count */
            request_count: number;
            /** Aff Code */
            aff_code: string;
            /** Aff Count */
            aff_count: number;
            /** Aff Quota */
            aff_quota: number;
            /** Aff History Quota */
            aff_history_quota: number;
            /** Inviter Id */
            inviter_id: number;
            /**
             * Setting
             * @description JSON in a string.
             */
            setting: string;
            /** Stripe Customer */
            stripe_customer: string;
            /**
             * Sidebar Modules
             * @description JSON in a string.
             */
            sidebar_modules: string;
            /** Permissions */
            permissions: {
                [key: string]: unknown;
            };
            /** Has Password */
            has_password: boolean;
        };
        /**
         * SelfUpdate
         * @description A change of the own account; an empty password keeps the old one.
         */
        SelfUpdate: {
            /**
             * Username
             * @default
             */
            username?: string;
            /**
             * Display Name
             * @default
             */
            display_name?: string;
            /**
             * Password
             * @default
             */
            password?: string;
            /**
             * Original Password
             * @default
             */
            original_password?: string;
            /**
             * Sidebar Modules
             * @default null
             */
            sidebar_modules?: string | null;
            /**
             * Language
             * @default null
             */
            language?: string | null;
        };
        /**
         * SettingIn
         * @description How the caller wants to be told that the balance runs low, and two habits.
         */
        SettingIn: {
            /**
             * Notify Type
             * @description email, webhook, bark or gotify.
             * @default
             */
            notify_type?: string;
            /**
             * Quota Warning Threshold
             * @description Balance, quota units, under which a notice is sent.
             * @default 0
             */
            quota_warning_threshold?: number;
            /**
             * Webhook Url
             * @default
             */
            webhook_url?: string;
            /**
             * Webhook Secret
             * @description *** keeps the old.
             * @default
             */
            webhook_secret?: string;
            /**
             * Notification Email
             * @default
             */
            notification_email?: string;
            /**
             * Bark Url
             * @default
             */
            bark_url?: string;
            /**
             * Gotify Url
             * @default
             */
            gotify_url?: string;
            /**
             * Gotify Token
             * @description *** keeps the old.
             * @default
             */
            gotify_token?: string;
            /**
             * Gotify Priority
             * @description 0 to 10.
             * @default 5
             */
            gotify_priority?: number;
            /**
             * Accept Unset Model Ratio Model
             * @description Use models that have no price of their own.
             * @default false
             */
            accept_unset_model_ratio_model?: boolean;
            /**
             * Record Ip Log
             * @description Keep the address in usage rows.
             * @default false
             */
            record_ip_log?: boolean;
        };
        /**
         * SetupAnswer
         * @description The whole answer of GET /api/setup, which has no message.
         */
        SetupAnswer: {
            /** Success */
            success: boolean;
            data: components["schemas"]["SetupOut"];
        };
        /**
         * SetupIn
         * @description The setup form.
         */
        SetupIn: {
            /**
             * Username
             * @description Name of the root user.
             * @default
             */
            username?: string;
            /**
             * Password
             * @description Password, 8 or more.
             * @default
             */
            password?: string;
            /**
             * Confirmpassword
             * @description The same again; compared when it is sent.
             * @default null
             */
            confirmPassword?: string | null;
            /**
             * Selfusemodeenabled
             * @description One-person mode.
             * @default false
             */
            SelfUseModeEnabled?: boolean;
            /**
             * Demositeenabled
             * @description Demonstration site.
             * @default false
             */
            DemoSiteEnabled?: boolean;
        };
        /**
         * SetupOut
         * @description Whether the installation is set up.
         */
        SetupOut: {
            /**
             * Status
             * @description Set up or not.
             */
            status: boolean;
            /**
             * Initialized
             * @description The same as `status`, under its other name.
             */
            initialized: boolean;
            /**
             * Root Init
             * @description A root user exists although the setup is not finished.
             */
            root_init: boolean;
            /**
             * Database Type
             * @description Kind of database; empty once set up.
             * @enum {string}
             */
            database_type: "sqlite" | "mysql" | "postgres" | "";
        };
        /**
         * SetupQuery
         * @description The one-time token in the query, for setups from afar.
         */
        SetupQuery: {
            /**
             * Setup Token
             * @description One-time setup token.
             * @default
             */
            setup_token?: string;
        };
        /**
         * StatOut
         * @description Charges and tokens of the range; calls and tokens of the last minute.
         */
        StatOut: {
            /** Quota */
            quota: number;
            /**
             * Token
             * @description Prompt and completion tokens of the range.
             */
            token: number;
            /** Rpm */
            rpm: number;
            /** Tpm */
            tpm: number;
        };
        /**
         * StateQuery
         * @description What a sign-in is begun with.
         */
        StateQuery: {
            /**
             * Aff
             * @description Invitation code.
             * @default
             */
            aff?: string;
            /**
             * Provider
             * @description Returns `authorize_url` too, with PKCE, for this provider.
             * @default
             */
            provider?: string;
        };
        /**
         * StatusOnlyQuery
         * @description What of a row changes.
         */
        StatusOnlyQuery: {
            /**
             * Status Only
             * @description Non-empty: change the status only.
             * @default
             */
            status_only?: string;
        };
        /**
         * StatusOut
         * @description What everybody may know of the site; the keys are a union over the family's versions.
         */
        StatusOut: {
            /**
             * Version
             * @description Version of this server.
             */
            version: string;
            /**
             * Start Time
             * @description Start of the process, Unix seconds.
             */
            start_time: number;
            /**
             * Setup
             * @description Set up or not.
             */
            setup: boolean;
            /**
             * System Name
             * @description Name of the site.
             */
            system_name: string;
            /**
             * Quota Per Unit
             * @description Quota units of one US dollar.
             */
            quota_per_unit: number;
        } & {
            [key: string]: unknown;
        };
        /**
         * StatusTest
         * @description The whole answer of GET /api/status/test.
         */
        StatusTest: {
            /**
             * Success
             * @default true
             */
            success?: boolean;
            /** Message */
            message: string;
            http_stats: components["schemas"]["HttpStats"];
        };
        /**
         * StripeOut
         * @description Answer of a started checkout.
         */
        StripeOut: {
            /**
             * Message
             * @default success
             * @constant
             */
            message?: "success";
            data: components["schemas"]["PayLink"];
        };
        /**
         * StripePayIn
         * @description An amount to buy by Stripe.
         */
        StripePayIn: {
            /** Amount */
            amount: number;
            /**
             * Payment Method
             * @description Type of an offered method.
             * @default
             */
            payment_method?: string;
            /**
             * Success Url
             * @description On this server's host.
             * @default
             */
            success_url?: string;
            /**
             * Cancel Url
             * @description On this server's host.
             * @default
             */
            cancel_url?: string;
        };
        /**
         * Subscription
         * @description OpenAI's dashboard subscription.
         */
        Subscription: {
            /**
             * Object
             * @description Kind of the object.
             * @default billing_subscription
             */
            object?: string;
            /**
             * Has Payment Method
             * @description Always true.
             * @default true
             */
            has_payment_method?: boolean;
            /**
             * Soft Limit Usd
             * @description Granted in the display unit.
             */
            soft_limit_usd: number;
            /**
             * Hard Limit Usd
             * @description The same.
             */
            hard_limit_usd: number;
            /**
             * System Hard Limit Usd
             * @description The same.
             */
            system_hard_limit_usd: number;
            /**
             * Access Until
             * @description Expiry, Unix seconds; 0 never.
             */
            access_until: number;
        };
        /**
         * SyncIn
         * @description What to take over.
         */
        SyncIn: {
            /** Overwrite */
            overwrite?: components["schemas"]["Overwrite"][];
            /**
             * Locale
             * @default
             */
            locale?: string;
        };
        /**
         * SyncPreview
         * @description What a sync would do.
         */
        SyncPreview: {
            /**
             * Missing
             * @description Served models without a row that the list has.
             */
            missing: string[];
            /** Conflicts */
            conflicts: components["schemas"]["ModelConflict"][];
            source: components["schemas"]["SyncSource"];
        };
        /**
         * SyncResult
         * @description What a sync did.
         */
        SyncResult: {
            /** Created Models */
            created_models: number;
            /** Created Vendors */
            created_vendors: number;
            /** Updated Models */
            updated_models: number;
            /**
             * Skipped Models
             * @description Served models that the list does not know.
             */
            skipped_models: string[];
            /** Created List */
            created_list: string[];
            /** Updated List */
            updated_list: string[];
            source: components["schemas"]["SyncSource"];
        };
        /**
         * SyncSource
         * @description Where the public list was read.
         */
        SyncSource: {
            /** Locale */
            locale: string;
            /** Models Url */
            models_url: string;
            /** Vendors Url */
            vendors_url: string;
        };
        /**
         * TagIn
         * @description A tag.
         */
        TagIn: {
            /**
             * Tag
             * @description Tag.
             * @default
             */
            tag?: string;
        };
        /**
         * TagQuery
         * @description A tag in the query.
         */
        TagQuery: {
            /**
             * Tag
             * @description Tag.
             * @default
             */
            tag?: string;
        };
        /**
         * TagUpdate
         * @description Changes to all channels with a tag; null keeps.
         */
        TagUpdate: {
            /**
             * Tag
             * @description Tag.
             * @default
             */
            tag?: string;
            /**
             * New Tag
             * @default null
             */
            new_tag?: string | null;
            /**
             * Priority
             * @default null
             */
            priority?: number | null;
            /**
             * Weight
             * @default null
             */
            weight?: number | null;
            /**
             * Model Mapping
             * @default null
             */
            model_mapping?: string | null;
            /**
             * Models
             * @default null
             */
            models?: string | null;
            /**
             * Groups
             * @default null
             */
            groups?: string | null;
            /**
             * Param Override
             * @default null
             */
            param_override?: string | null;
            /**
             * Header Override
             * @default null
             */
            header_override?: string | null;
        };
        /**
         * TaskOut
         * @description One task as the family's lists show it.
         */
        TaskOut: {
            /** Id */
            id: number;
            /** Created At */
            created_at: number;
            /** Updated At */
            updated_at: number;
            /** Task Id */
            task_id: string;
            /** Platform */
            platform: string;
            /** User Id */
            user_id: number;
            /** Group */
            group: string;
            /**
             * Channel Id
             * @default 0
             */
            channel_id?: number;
            /** Quota */
            quota: number;
            /** Action */
            action: string;
            /** Status */
            status: string;
            /** Fail Reason */
            fail_reason: string;
            /** Result Url */
            result_url: string;
            /** Submit Time */
            submit_time: number;
            /** Start Time */
            start_time: number;
            /** Finish Time */
            finish_time: number;
            /** Progress */
            progress: string;
            /** Properties */
            properties: {
                [key: string]: unknown;
            };
            /**
             * Username
             * @default
             */
            username?: string;
            /**
             * Data
             * @default null
             */
            data?: unknown;
        };
        /**
         * TaskQuery
         * @description Filters of /api/task; times in seconds.
         */
        TaskQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Platform
             * @default
             */
            platform?: string;
            /**
             * Task Id
             * @default
             */
            task_id?: string;
            /**
             * Status
             * @default
             */
            status?: string;
            /**
             * Action
             * @default
             */
            action?: string;
            /**
             * Channel Id
             * @default
             */
            channel_id?: string;
            /**
             * User Id
             * @default
             */
            user_id?: string;
            /**
             * Start Timestamp
             * @default 0
             */
            start_timestamp?: number;
            /**
             * End Timestamp
             * @default 0
             */
            end_timestamp?: number;
        };
        /**
         * TestOut
         * @description Outcome of a test, at the top level of the answer.
         */
        TestOut: {
            /** Success */
            success: boolean;
            /** Message */
            message: string;
            /**
             * Time
             * @description Seconds.
             */
            time: number;
        };
        /**
         * TestQuery
         * @description What a test sends.
         */
        TestQuery: {
            /**
             * Model
             * @description Model; empty: the channel's test model.
             * @default
             */
            model?: string;
            /**
             * Stream
             * @description Streamed.
             * @default false
             */
            stream?: boolean;
            /**
             * Endpoint Type
             * @description openai, openai-response, anthropic, gemini, jina-rerank, image-generation or embeddings; empty: by the model's name.
             * @default
             */
            endpoint_type?: string;
        };
        /**
         * TopUpInfo
         * @description What the top-up page asks first.
         */
        TopUpInfo: {
            /**
             * Enable Online Topup
             * @description epay is set up.
             */
            enable_online_topup: boolean;
            /**
             * Enable Stripe Topup
             * @description Stripe is set up.
             */
            enable_stripe_topup: boolean;
            /**
             * Enable Creem Topup
             * @description Always false.
             * @default false
             */
            enable_creem_topup?: boolean;
            /**
             * Creem Products
             * @description JSON in a string.
             * @default []
             */
            creem_products?: string;
            /**
             * Pay Methods
             * @description name, type, color, min_topup.
             */
            pay_methods: {
                [key: string]: unknown;
            }[];
            /** Min Topup */
            min_topup: number;
            /** Stripe Min Topup */
            stripe_min_topup: number;
            /**
             * Amount Options
             * @description Offered amounts.
             */
            amount_options: unknown[];
            /**
             * Discount
             * @description Discount of an amount.
             */
            discount: {
                [key: string]: unknown;
            };
            /**
             * Topup Link
             * @description Where else quota is sold.
             */
            topup_link: string;
            /**
             * Enable Redemption
             * @description Codes can be claimed.
             * @default true
             */
            enable_redemption?: boolean;
        };
        /**
         * TurnstileQuery
         * @description The token of the check for people.
         */
        TurnstileQuery: {
            /**
             * Turnstile
             * @description Token of the check.
             * @default
             */
            turnstile?: string;
        };
        /**
         * UptimeGroup
         * @description The monitors of one status page.
         */
        UptimeGroup: {
            /** Categoryname */
            categoryName: string;
            /** Monitors */
            monitors: components["schemas"]["Monitor"][];
        };
        /**
         * UserCreate
         * @description A new account.
         */
        UserCreate: {
            /**
             * Username
             * @default
             */
            username?: string;
            /**
             * Password
             * @default
             */
            password?: string;
            /**
             * Display Name
             * @default
             */
            display_name?: string;
            /**
             * Role
             * @description 1 user, 10 administrator.
             * @default 1
             */
            role?: number;
            /**
             * Group
             * @default
             */
            group?: string;
            /**
             * Remark
             * @default
             */
            remark?: string;
        };
        /**
         * UserFilter
         * @description Filters of the search.
         */
        UserFilter: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Keyword
             * @description Id, or part of name, email, shown name.
             * @default
             */
            keyword?: string;
            /**
             * Group
             * @description Group.
             * @default
             */
            group?: string;
            /**
             * Role
             * @description Role number.
             * @default
             */
            role?: string;
            /**
             * Status
             * @description Status number.
             * @default
             */
            status?: string;
        };
        /**
         * UserGroupIn
         * @description A new or changed group; `id` is read by PUT alone, the symbol by POST.
         */
        UserGroupIn: {
            /**
             * Id
             * @default 0
             */
            id?: number;
            /**
             * Symbol
             * @default
             */
            symbol?: string;
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Ratio
             * @default 1
             */
            ratio?: number;
            /**
             * Api Rate
             * @description Calls a minute; 0: as it is.
             * @default 0
             */
            api_rate?: number;
            /**
             * Public
             * @default false
             */
            public?: boolean;
            /**
             * Promotion
             * @default false
             */
            promotion?: boolean;
            /**
             * Min
             * @default 0
             */
            min?: number;
            /**
             * Max
             * @default 0
             */
            max?: number;
            /**
             * Enable
             * @default null
             */
            enable?: boolean | null;
        };
        /**
         * UserGroupOut
         * @description One group as one-hub's administrators see it.
         */
        UserGroupOut: {
            /** Id */
            id: number;
            /**
             * Symbol
             * @description The group's name on users, keys and channels.
             */
            symbol: string;
            /**
             * Name
             * @description What people read.
             */
            name: string;
            /** Ratio */
            ratio: number;
            /**
             * Api Rate
             * @description Calls a minute.
             */
            api_rate: number;
            /**
             * Public
             * @description Whether every user may choose it.
             */
            public: boolean;
            /** Promotion */
            promotion: boolean;
            /** Min */
            min: number;
            /** Max */
            max: number;
            /** Enable */
            enable: boolean;
        };
        /**
         * UserGroupQuery
         * @description Filter of the list.
         */
        UserGroupQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Enable
             * @description true or false; empty: all.
             * @default
             */
            enable?: string;
        };
        /**
         * UserManage
         * @description One act on an account.
         */
        UserManage: {
            /** Id */
            id: number;
            /**
             * Action
             * @default
             */
            action?: string;
            /**
             * Mode
             * @description add, subtract or override.
             * @default
             */
            mode?: string;
            /**
             * Value
             * @description Quota units.
             * @default 0
             */
            value?: number;
        };
        /**
         * UserOut
         * @description One account as an administrator sees it.
         */
        UserOut: {
            /** Id */
            id: number;
            /** Username */
            username: string;
            /**
             * Password
             * @description Always empty.
             * @default
             */
            password?: string;
            /**
             * Original Password
             * @description Always empty.
             * @default
             */
            original_password?: string;
            /** Display Name */
            display_name: string;
            /** Role */
            role: number;
            /** Status */
            status: number;
            /** Email */
            email: string;
            /** Github Id */
            github_id: string;
            /** Discord Id */
            discord_id: string;
            /** Oidc Id */
            oidc_id: string;
            /** Wechat Id */
            wechat_id: string;
            /** Telegram Id */
            telegram_id: string;
            /**
             * Verification Code
             * @description Always empty.
             * @default
             */
            verification_code?: string;
            /**
             * Access Token
             * @description Always null: only a hash is kept.
             * @default null
             */
            access_token?: null;
            /**
             * Quota
             * @description Balance, quota units.
             */
            quota: number;
            /**
             * Used Quota
             * @description Spent, quota units.
             */
            used_quota: number;
            /** Request Count */
            request_count: number;
            /** Group */
            group: string;
            /** Aff Code */
            aff_code: string;
            /** Aff Count */
            aff_count: number;
            /** Aff Quota */
            aff_quota: number;
            /** Aff History Quota */
            aff_history_quota: number;
            /** Inviter Id */
            inviter_id: number;
            /**
             * Deletedat
             * @description RFC 3339, null while alive.
             */
            DeletedAt: string | null;
            /** Linux Do Id */
            linux_do_id: string;
            /** Lark Id */
            lark_id: string;
            /** Setting */
            setting: string;
            /** Remark */
            remark: string;
            /** Stripe Customer */
            stripe_customer: string;
            /** Created At */
            created_at: number;
            /** Last Login At */
            last_login_at: number;
        };
        /**
         * UserUpdate
         * @description A changed account; an empty password keeps the old one, a quota becomes an entry.
         */
        UserUpdate: {
            /** Id */
            id: number;
            /**
             * Username
             * @default
             */
            username?: string;
            /**
             * Display Name
             * @default
             */
            display_name?: string;
            /**
             * Password
             * @default
             */
            password?: string;
            /**
             * Group
             * @default
             */
            group?: string;
            /**
             * Remark
             * @default null
             */
            remark?: string | null;
            /**
             * Quota
             * @description New balance, quota units.
             * @default null
             */
            quota?: number | null;
        };
        /**
         * Vendor
         * @description Who makes models.
         */
        Vendor: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /** Icon */
            icon: string;
        };
        /**
         * VendorIn
         * @description A new or changed vendor; `id` is read by PUT alone.
         */
        VendorIn: {
            /**
             * Id
             * @default 0
             */
            id?: number;
            /**
             * Name
             * @default
             */
            name?: string;
            /**
             * Description
             * @default
             */
            description?: string;
            /**
             * Icon
             * @default
             */
            icon?: string;
            /**
             * Status
             * @default 1
             * @enum {integer}
             */
            status?: 0 | 1;
        };
        /**
         * VendorOut
         * @description One vendor; what is empty is left out of the answer.
         */
        VendorOut: {
            /** Id */
            id: number;
            /** Name */
            name: string;
            /**
             * Description
             * @default null
             */
            description?: string | null;
            /**
             * Icon
             * @default null
             */
            icon?: string | null;
            /**
             * Status
             * @description 1 on, 0 off.
             */
            status: number;
            /**
             * Created Time
             * @description Unix seconds.
             */
            created_time: number;
            /**
             * Updated Time
             * @description Unix seconds.
             */
            updated_time: number;
        };
        /**
         * VerificationQuery
         * @description Where to send a code.
         */
        VerificationQuery: {
            /**
             * Turnstile
             * @description Token of the check.
             * @default
             */
            turnstile?: string;
            /**
             * Email
             * @description Address.
             * @default
             */
            email?: string;
            /**
             * Purpose
             * @description register or bind; empty: register.
             * @default
             */
            purpose?: string;
        };
        /**
         * VerifyIn
         * @description A step-up: which proof, and the code where it has one.
         */
        VerifyIn: {
            /**
             * Method
             * @description 2fa or passkey.
             * @default
             */
            method?: string;
            /**
             * Code
             * @description For 2fa.
             * @default
             */
            code?: string;
        };
        /**
         * VerifyOut
         * @description A step-up that was done.
         */
        VerifyOut: {
            /** Verified */
            verified: boolean;
            /**
             * Expires At
             * @description Unix seconds.
             */
            expires_at: number;
        };
        /**
         * KeywordQuery
         * @description Filter of a search by name.
         */
        weirgate__catalog__metadata_schemas__KeywordQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Keyword
             * @description Part of the name or description.
             * @default
             */
            keyword?: string;
        };
        /**
         * SyncQuery
         * @description Language of the public list.
         */
        weirgate__catalog__metadata_schemas__SyncQuery: {
            /**
             * Locale
             * @default
             */
            locale?: string;
        };
        /**
         * SyncQuery
         * @description What happens to which models.
         */
        weirgate__catalog__schemas__SyncQuery: {
            /**
             * Updatemode
             * @description system, add, update or overwrite.
             * @default system
             */
            updateMode?: string;
        };
        /**
         * KeywordQuery
         * @description A search over log rows.
         */
        weirgate__usage__schemas__KeywordQuery: {
            /**
             * P
             * @default null
             */
            p?: string | null;
            /**
             * Page
             * @default null
             */
            page?: string | null;
            /**
             * Page Size
             * @default null
             */
            page_size?: string | null;
            /**
             * Ps
             * @default null
             */
            ps?: string | null;
            /**
             * Size
             * @default null
             */
            size?: string | null;
            /**
             * Order
             * @description Columns, `-` before the largest first.
             * @default
             */
            order?: string;
            /**
             * Keyword
             * @description Model, user, key name, content, or a request id.
             * @default
             */
            keyword?: string;
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
    get_api_about: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_available_model: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: {
                            [key: string]: components["schemas"]["AvailableModel"];
                        };
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                id_sort?: boolean;
                tag_mode?: boolean;
                status?: string;
                type?: string;
                group?: string;
                keyword?: string;
                model?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ChannelPage"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_channel_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelUpdate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ChannelUpdated"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelCreate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ChannelOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_channel_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_id_key: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ChannelKey"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_id_status: {
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
                "application/json": components["schemas"]["ChannelStatusIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_batch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelIds"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_batch_tag: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelIds"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_copy_id: {
        parameters: {
            query?: {
                suffix?: string;
                reset_balance?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CopyOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_channel_disabled: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_fetch_models: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["FetchModelsIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string[];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_fetch_models_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string[];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_fix: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["FixOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_models: {
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
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_models_enabled: {
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
                    "application/json": components["schemas"]["ModelList"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_multi_key_manage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MultiKeyIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: unknown;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                id_sort?: boolean;
                tag_mode?: boolean;
                status?: string;
                type?: string;
                group?: string;
                keyword?: string;
                model?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ChannelsFound"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_status_batch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChannelIds"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_channel_tag: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagUpdate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_tag_disabled: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_channel_tag_enabled: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TagIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_tag_models: {
        parameters: {
            query?: {
                tag?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_test: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_test_id: {
        parameters: {
            query?: {
                model?: string;
                stream?: boolean;
                endpoint_type?: string;
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
                    "application/json": components["schemas"]["TestOut"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_update_balance: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_channel_update_balance_id: {
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
                    "application/json": components["schemas"]["BalanceOut"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_custom_oauth_provider_all: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CustomProviderOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_custom_oauth_provider_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CustomProviderIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CustomProviderOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_custom_oauth_provider_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CustomProviderOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_custom_oauth_provider_id: {
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
                "application/json": components["schemas"]["CustomProviderIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CustomProviderOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_custom_oauth_provider_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_custom_oauth_provider_discovery: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DiscoveryIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["DiscoveryOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_data_all: {
        parameters: {
            query?: {
                start_timestamp?: number;
                end_timestamp?: number;
                username?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["BucketOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_data_self: {
        parameters: {
            query?: {
                start_timestamp?: number;
                end_timestamp?: number;
                username?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["BucketOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_data_users: {
        parameters: {
            query?: {
                start_timestamp?: number;
                end_timestamp?: number;
                username?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["BucketOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_group_all: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string[];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_home_page_content: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_log_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                type?: number;
                start_timestamp?: number;
                end_timestamp?: number;
                username?: string;
                token_name?: string;
                model_name?: string;
                channel?: number;
                group?: string;
                request_id?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_LogOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_log_all: {
        parameters: {
            query?: {
                target_timestamp?: number;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_log_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LogOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_log_self: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                type?: number;
                start_timestamp?: number;
                end_timestamp?: number;
                username?: string;
                token_name?: string;
                model_name?: string;
                channel?: number;
                group?: string;
                request_id?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_LogOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_log_self_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LogOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_log_self_stat: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                type?: number;
                start_timestamp?: number;
                end_timestamp?: number;
                username?: string;
                token_name?: string;
                model_name?: string;
                channel?: number;
                group?: string;
                request_id?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["StatOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_log_stat: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                type?: number;
                start_timestamp?: number;
                end_timestamp?: number;
                username?: string;
                token_name?: string;
                model_name?: string;
                channel?: number;
                group?: string;
                request_id?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["StatOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_log_token: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LogOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_mj_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                mj_id?: string;
                channel_id?: string;
                start_timestamp?: number;
                end_timestamp?: number;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_DrawingOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_mj_self: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                mj_id?: string;
                channel_id?: string;
                start_timestamp?: number;
                end_timestamp?: number;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_DrawingOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_models: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: {
                            [key: string]: string[];
                        };
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_models_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ModelPage"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_models_all: {
        parameters: {
            query?: {
                status_only?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ModelOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_models_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ModelIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ModelOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_models_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ModelOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_models_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_models_missing: {
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
                    "application/json": components["schemas"]["MissingModels"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_models_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
                vendor?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["ModelPage"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_models_sync_upstream: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["SyncResult"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_models_sync_upstream_preview: {
        parameters: {
            query?: {
                locale?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["SyncPreview"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_notice: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_provider: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                error?: string;
                error_description?: string;
            };
            header?: never;
            path: {
                provider: string;
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
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"] | null;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_discord: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                error?: string;
                error_description?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"] | null;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_email_bind: {
        parameters: {
            query?: {
                email?: string;
                code?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_oauth_email_bind: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EmailBind"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_github: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                error?: string;
                error_description?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"] | null;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_lark: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                error?: string;
                error_description?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"] | null;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_linuxdo: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                error?: string;
                error_description?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"] | null;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_oidc: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                error?: string;
                error_description?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"] | null;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_state: {
        parameters: {
            query?: {
                aff?: string;
                provider?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_telegram_bind: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_telegram_login: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_wechat: {
        parameters: {
            query?: {
                code?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_oauth_wechat_bind: {
        parameters: {
            query?: {
                code?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_oauth_wechat_bind: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeBody"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_option_all: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["OptionOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_option_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OptionIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_option_migrate_console_setting: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_option_rest_model_ratio: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_prefill_group_all: {
        parameters: {
            query?: {
                type?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["PrefillOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_prefill_group_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrefillIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["PrefillOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_prefill_group_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PrefillIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["PrefillOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_prefill_group_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_prices: {
        parameters: {
            query?: {
                type?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["HubPrice"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_prices_model_list: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string[];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_prices_multiple: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HubPricesIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_prices_multiple_delete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HubModels"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_prices_single: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HubPriceIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_prices_single_model: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HubPriceIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_prices_single_model: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_prices_sync: {
        parameters: {
            query?: {
                updateMode?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HubPriceList"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_prices_updateService: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_pricing: {
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
                    "application/json": components["schemas"]["Pricing"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_privacy_policy: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_ratio_config: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["RatioConfig"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_ratio_sync_channels: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["RatioSource"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_ratio_sync_fetch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RatioFetchIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["RatioDifferences"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_redemption_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_RedemptionOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_redemption_all: {
        parameters: {
            query?: {
                status_only?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RedemptionUpdate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["RedemptionOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_redemption_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RedemptionCreate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string[];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_redemption_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["RedemptionOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_redemption_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_redemption_invalid: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_redemption_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_RedemptionOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_reset_password: {
        parameters: {
            query?: {
                turnstile?: string;
                email?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_setup: {
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
                    "application/json": components["schemas"]["SetupAnswer"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_setup: {
        parameters: {
            query?: {
                setup_token?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SetupIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_status: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["StatusOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_status_test: {
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
                    "application/json": components["schemas"]["StatusTest"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_stripe_webhook: {
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
                    "application/json": unknown;
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_task_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                platform?: string;
                task_id?: string;
                status?: string;
                action?: string;
                channel_id?: string;
                user_id?: string;
                start_timestamp?: number;
                end_timestamp?: number;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_TaskOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_task_self: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                platform?: string;
                task_id?: string;
                status?: string;
                action?: string;
                channel_id?: string;
                user_id?: string;
                start_timestamp?: number;
                end_timestamp?: number;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_TaskOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_token_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_KeyOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_token_all: {
        parameters: {
            query?: {
                status_only?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyUpdate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["KeyOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_token_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyCreate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_token_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["KeyOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_token_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_token_id_key: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["KeyText"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_token_batch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyIds"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_token_batch_keys: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["KeyIds"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["KeyTexts"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_token_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
                token?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_KeyOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_topup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreditIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_uptime_status: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["UptimeGroup"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_usage_token_all: {
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
                    "application/json": components["schemas"]["KeyUsageAnswer"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_agreement: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_UserOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_user_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserUpdate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserCreate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_2fa_backup_codes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["BackupCodesOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_2fa_disable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_2fa_enable: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CodeIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_2fa_setup: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["FactorSetup"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_2fa_stats: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["FactorStats"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_2fa_status: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["FactorStatus"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["UserOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_user_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_user_id_2fa: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_user_id_reset_passkey: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_aff: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_aff_transfer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AffTransfer"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_amount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AmountIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceOut"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentError"];
                };
            };
        };
    };
    get_api_user_available_models: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string[];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_check_in: {
        parameters: {
            query?: {
                turnstile?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CheckInReward"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_check_in_status: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CheckInPossible"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_checkin: {
        parameters: {
            query?: {
                month?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CheckInState"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_checkin: {
        parameters: {
            query?: {
                turnstile?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["CheckInRecord"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_dashboard: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["DayOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_epay_notify: {
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
                    "application/json": unknown;
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_epay_notify: {
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
                    "application/json": unknown;
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_groups: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: {
                            [key: string]: components["schemas"]["GroupOut"];
                        };
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_login: {
        parameters: {
            query?: {
                turnstile?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LoginIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"] | components["schemas"]["SecondStepOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_login_2fa: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SecondStepIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_logout: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_manage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserManage"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_models: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string[];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_oauth_bindings: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["BindingOut"][];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_user_oauth_bindings_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_passkey: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["PasskeyStatus"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_user_passkey: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_passkey_login_begin: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["PasskeyOptions"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_passkey_login_finish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CredentialIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["LoginOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_passkey_register_begin: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["PasskeyOptions"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_passkey_register_finish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CredentialIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_passkey_verify_begin: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["PasskeyOptions"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_passkey_verify_finish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CredentialIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_pay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PayIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EpayOut"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentError"];
                };
            };
        };
    };
    post_api_user_register: {
        parameters: {
            query?: {
                turnstile?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
                group?: string;
                role?: string;
                status?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_UserOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_self: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["SelfOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_user_self: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SelfUpdate"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_user_self: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_self_groups: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: {
                            [key: string]: components["schemas"]["GroupOut"];
                        };
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_user_setting: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SettingIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_stripe_amount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AmountIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PriceOut"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentError"];
                };
            };
        };
    };
    post_api_user_stripe_pay: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StripePayIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StripeOut"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentError"];
                };
            };
        };
    };
    get_api_user_token: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_topup: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_OrderOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_topup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RedeemForm"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: number;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_topup_complete: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompleteIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_topup_info: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["TopUpInfo"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_topup_self: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_OrderOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_group_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                name?: string;
                enable?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_UserGroupOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_user_group_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserGroupIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["UserGroupOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_user_group_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UserGroupIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["UserGroupOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_group_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["UserGroupOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_user_group_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_user_group_enable_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_user_group_map: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: {
                            [key: string]: components["schemas"]["UserGroupOut"];
                        };
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_vendors_all: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_VendorOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    put_api_vendors_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VendorIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["VendorOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_vendors_all: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VendorIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["VendorOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_vendors_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["VendorOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    delete_api_vendors_id: {
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_vendors_search: {
        parameters: {
            query?: {
                p?: string | null;
                page?: string | null;
                page_size?: string | null;
                ps?: string | null;
                size?: string | null;
                order?: string;
                keyword?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["Paged_VendorOut_"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_api_verification: {
        parameters: {
            query?: {
                turnstile?: string;
                email?: string;
                purpose?: string;
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
                    "application/json": {
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    post_api_verify: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyIn"];
            };
        };
        responses: {
            /** @description answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        success: boolean;
                        message: string;
                        data?: components["schemas"]["VerifyOut"];
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_dashboard_billing_credit_grants: {
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
                    "application/json": components["schemas"]["CreditSummary"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiError"];
                };
            };
        };
    };
    get_dashboard_billing_subscription: {
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
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiError"];
                };
            };
        };
    };
    get_dashboard_billing_usage: {
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
                    "application/json": components["schemas"]["BillingUsage"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiError"];
                };
            };
        };
    };
    post_mj_notify: {
        parameters: {
            query?: {
                channel?: number;
                sign?: string;
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
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_oauth_provider: {
        parameters: {
            query?: {
                code?: string;
                state?: string;
                error?: string;
                error_description?: string;
            };
            header?: never;
            path: {
                provider: string;
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
                        success: boolean;
                        message: string;
                    };
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FamilyError"];
                };
            };
        };
    };
    get_v1_dashboard_billing_credit_grants: {
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
                    "application/json": components["schemas"]["CreditSummary"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiError"];
                };
            };
        };
    };
    get_v1_dashboard_billing_subscription: {
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
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiError"];
                };
            };
        };
    };
    get_v1_dashboard_billing_usage: {
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
                    "application/json": components["schemas"]["BillingUsage"];
                };
            };
            /** @description error */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OpenaiError"];
                };
            };
        };
    };
}
