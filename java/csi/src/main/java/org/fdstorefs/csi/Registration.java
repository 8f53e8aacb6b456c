// SPDX-License-Identifier: Apache-2.0
package org.fdstorefs.csi;

import io.grpc.ServerServiceDefinition;
import org.fdstorefs.csi.messages.InfoRequest;
import org.fdstorefs.csi.messages.PluginInfo;
import org.fdstorefs.csi.messages.RegistrationStatus;
import org.fdstorefs.csi.messages.RegistrationStatusResponse;

/** The kubelet's service pluginregistration.Registration, which other drivers leave to a sidecar. */
final class Registration {
    static final String SERVICE = "pluginregistration.Registration";
    static final String INFO = "GetInfo";
    static final String NOTIFY = "NotifyRegistrationStatus";

    /** What the driver tells itself, when it makes all this run once before the kubelet does. */
    static final String WARMING = "warming up";

    private Registration() {}

    static ServerServiceDefinition service(Log log) {
        PluginInfo info = PluginInfo.newBuilder()
                .setType("CSIPlugin")
                .setName(Plugin.NAME)
                .addSupportedVersions("1.0.0")
                .build();
        RegistrationStatusResponse heard = RegistrationStatusResponse.getDefaultInstance();
        return new Unary(SERVICE, log)
                .method(INFO, InfoRequest.getDefaultInstance(), info, request -> info)
                .method(NOTIFY, RegistrationStatus.getDefaultInstance(), heard, status -> {
                    tell(log, status);
                    return heard;
                })
                .service();
    }

    private static void tell(Log log, RegistrationStatus status) {
        if (status.getPluginRegistered()) {
            log.info("the kubelet has registered this driver");
        } else if (!status.getError().equals(WARMING)) {
            log.error("the kubelet has not registered this driver", "reason", status.getError());
        }
    }
}
