from django.urls import path

from snowdrop.people.views import coming, devices, language, passkeys, proof, quiet, sheet, way_back, which, you

app_name = "people"
urlpatterns = [
    path("come-in/", coming.come_in, name="come_in"),
    path("come-in/again/", coming.begin_again, name="begin_again"),
    path("come-in/which/", which.which, name="which"),
    path("come-in/passkey/", passkeys.come_in, name="come_in_by_passkey"),
    path("come-in/sheet/", sheet.come_in, name="come_in_by_sheet"),
    path("come-in/device/", devices.come_in, name="come_in_by_device"),
    path("prove/", proof.prove, name="prove"),
    path("prove/passkey/", passkeys.prove, name="prove_by_passkey"),
    path("sign-out/", coming.sign_out, name="sign_out"),
    path("you/", you.you, name="you"),
    path("you/address/", you.address, name="address"),
    path("you/passkeys/", passkeys.all_of_them, name="passkeys"),
    path("you/passkeys/add/", passkeys.add, name="add_passkey"),
    path("you/passkeys/<int:id>/", passkeys.passkey, name="passkey"),
    path("you/passkeys/<int:id>/remove/", passkeys.remove, name="remove_passkey"),
    path("you/sheet/", sheet.sheet, name="sheet"),
    path("you/devices/", devices.devices, name="devices"),
    path("you/devices/bring-in/", devices.bring_in, name="bring_in"),
    path("you/devices/<int:id>/sign-out/", devices.sign_out, name="sign_out_device"),
    path("you/devices/sign-out-elsewhere/", devices.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("you/devices/sign-out-everywhere/", devices.sign_out_everywhere, name="sign_out_everywhere"),
    path("you/quiet/", quiet.quiet, name="quiet"),
    path("you/quiet/write-nothing/", quiet.write_nothing, name="write_nothing"),
    path("you/quiet/write-again/", quiet.write_again, name="write_again"),
    path("you/stop-way-back/", way_back.stop, name="stop_way_back"),
    path("back/<str:token>/", way_back.way_back, name="way_back"),
    path("language/", language.language, name="language"),
]
