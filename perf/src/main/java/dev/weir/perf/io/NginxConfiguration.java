package dev.weir.perf.io;

import java.nio.file.Path;

/** What nginx is told: as its manual has it, without logs, and connections kept for as long as the load wants them. */
final class NginxConfiguration {
    private static final String COMMON = """
            daemon off;
            worker_processes %1$d;
            worker_rlimit_nofile 20000;
            pid %2$s/pid;
            error_log stderr crit;
            """;

    private static final String HTTP = """
            events { worker_connections 16384; }
            http {
              access_log off;
              server_tokens off;
              default_type text/plain;
              tcp_nodelay on;
              keepalive_requests 1000000000;
              client_body_temp_path %2$s/body;
              proxy_temp_path %2$s/proxy;
              fastcgi_temp_path %2$s/fastcgi;
              uwsgi_temp_path %2$s/uwsgi;
              scgi_temp_path %2$s/scgi;
              server {
                listen 127.0.0.1:%3$d backlog=4096;
                location / { return 200 "Hello, World!"; }
              }
            }
            """;

    private static final String PROXY = """
            load_module /usr/lib/nginx/modules/ngx_stream_module.so;
            events { worker_connections 16384; }
            stream {
              server {
                listen 127.0.0.1:%3$d backlog=4096;
                tcp_nodelay on;
                proxy_pass 127.0.0.1:%4$d;
              }
            }
            """;

    private NginxConfiguration() {}

    static String of(Workload work, Path folder, int port, Site site) {
        return (COMMON + (work.isProxied() ? PROXY : HTTP)).formatted(site.threads(), folder, port, site.target());
    }
}
